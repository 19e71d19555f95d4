# What `cmake --install` writes: the program, the library, its headers, and what pkg-config and CMake need to
# link with it. All of it finds itself from where it lies, so the prefix may be given, or changed, after the build.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set_target_properties(${R2S_LIBRARY} PROPERTIES EXPORT_NAME rate2spike)
# By its flag: the target OpenMP::OpenMP_C would ask a project of C++ alone for a C compiler. Apple's clang links with
# no OpenMP by itself.
set(R2S_OPENMP ${OpenMP_C_FLAGS})
if(CMAKE_C_COMPILER_ID STREQUAL "AppleClang")
  set(R2S_OPENMP ${OpenMP_C_LIBRARIES})
endif()
target_link_libraries(rate2spike_lib PRIVATE $<INSTALL_INTERFACE:${R2S_OPENMP}>)

install(TARGETS rate2spike RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS ${R2S_LIBRARY} EXPORT rate2spike ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY include/rate2spike DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
if(NOT CMAKE_CROSSCOMPILING) # src/cli/CMakeLists.txt
  install(FILES ${PROJECT_BINARY_DIR}/rate2spike.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
  install(FILES ${PROJECT_BINARY_DIR}/rate2spike.bash
    DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME rate2spike)
endif()
install(FILES LICENSE CITATION.cff DESTINATION ${CMAKE_INSTALL_DOCDIR})

if(BUILD_SHARED_LIBS) # the program finds it from where it lies
  cmake_path(RELATIVE_PATH CMAKE_INSTALL_FULL_LIBDIR BASE_DIRECTORY ${CMAKE_INSTALL_FULL_BINDIR} OUTPUT_VARIABLE R2S_TO_LIB)
  set_target_properties(rate2spike PROPERTIES INSTALL_RPATH "$<IF:$<PLATFORM_ID:Darwin>,@loader_path,$ORIGIN>/${R2S_TO_LIB}")
endif()

list(JOIN R2S_DATA_MODULES " " R2S_DATA_NAMES)
list(JOIN R2S_LAPACK_MODULES " " R2S_LAPACK_NAMES)

# pkg-config. Of a static library nothing is private: whoever links with it needs all of this. LAPACK and BLAS stand in
# Libs, because with --static their own files ask for a Fortran compiler's library, which the shared ones bring themselves.
if(NOT BUILD_SHARED_LIBS)
  list(JOIN R2S_LAPACK_LDFLAGS " " R2S_PC_LIBS)
  set(R2S_PC_LIBS "${R2S_PC_LIBS} ${R2S_OPENMP} -pthread -lm")
  set(R2S_PC_REQUIRES "zlib ${R2S_DATA_NAMES}")
endif()
foreach(dir PREFIX FULL_LIBDIR FULL_INCLUDEDIR)
  cmake_path(RELATIVE_PATH CMAKE_INSTALL_${dir}
    BASE_DIRECTORY ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig OUTPUT_VARIABLE R2S_TO_${dir})
endforeach()
configure_file(cmake/rate2spike.pc.in rate2spike.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/rate2spike.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

# CMake; the minor version counts as long as the major one is 0
set(R2S_CMAKE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/rate2spike)
configure_file(cmake/rate2spike-config.cmake.in rate2spike-config.cmake @ONLY)
write_basic_package_version_file(rate2spike-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/rate2spike-config.cmake ${PROJECT_BINARY_DIR}/rate2spike-config-version.cmake
  DESTINATION ${R2S_CMAKE_DIR})
install(EXPORT rate2spike NAMESPACE rate2spike:: FILE rate2spike-targets.cmake DESTINATION ${R2S_CMAKE_DIR})
