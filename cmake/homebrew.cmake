# On a Mac: Homebrew keeps what macOS has of its own (BLAS), or gcc (OpenMP), in folders that nothing looks into.
find_program(R2S_BREW brew)
if(R2S_BREW)
  foreach(name libomp openblas)
    execute_process(COMMAND ${R2S_BREW} --prefix ${name} OUTPUT_VARIABLE folder OUTPUT_STRIP_TRAILING_WHITESPACE)
    list(APPEND CMAKE_PREFIX_PATH "${folder}") # for pkg-config, too
  endforeach()
endif()
