# r2s_embed(NAME FILE): puts a file of the source tree into the library (r2s_embedded(NAME), base_embedded.h),
# so that the program needs nothing beside itself.
set_property(GLOBAL PROPERTY R2S_EMBEDDED "")
function(r2s_embed name file)
  # from the source tree on: file(STRINGS) ends a line at the first letter that is not ASCII
  file(RELATIVE_PATH path ${PROJECT_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR}/${file})
  set_property(GLOBAL APPEND PROPERTY R2S_EMBEDDED "${name}|${path}")
endfunction()

# Called once, after all modules.
function(r2s_write_embedded target)
  get_property(items GLOBAL PROPERTY R2S_EMBEDDED)
  set(out "${PROJECT_BINARY_DIR}/embedded.c")
  set(files "")
  foreach(item ${items})
    string(REGEX REPLACE "^[^|]*\\|" "" file "${item}")
    list(APPEND files "${PROJECT_SOURCE_DIR}/${file}")
  endforeach()
  string(REPLACE ";" "\n" lines "${items}")
  file(CONFIGURE OUTPUT "${PROJECT_BINARY_DIR}/embedded.list" CONTENT "${lines}\n" @ONLY)
  add_custom_command(OUTPUT "${out}"
    COMMAND ${CMAKE_COMMAND} -DLIST=${PROJECT_BINARY_DIR}/embedded.list -DOUT=${out} -P ${PROJECT_SOURCE_DIR}/cmake/embed_write.cmake
    DEPENDS ${files} "${PROJECT_BINARY_DIR}/embedded.list" "${PROJECT_SOURCE_DIR}/cmake/embed_write.cmake" VERBATIM)
  target_sources(${target} PRIVATE "${out}")
endfunction()
