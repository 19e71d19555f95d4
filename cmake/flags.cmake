# Flags of all our C code, as an interface target.
add_library(r2s_flags INTERFACE)
target_compile_options(r2s_flags INTERFACE
  -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla
  -ffp-contract=off -fno-math-errno -fno-trapping-math)
target_compile_definitions(r2s_flags INTERFACE _POSIX_C_SOURCE=200809L _DEFAULT_SOURCE
  # macOS shows what is not POSIX (flock, mkdtemp) only so, and has one name of POSIX as another then.
  $<$<PLATFORM_ID:Darwin>:_DARWIN_C_SOURCE> $<$<PLATFORM_ID:Darwin>:st_mtim=st_mtimespec>)
if(R2S_WERROR)
  target_compile_options(r2s_flags INTERFACE -Werror)
endif()
if(R2S_SANITIZE)
  # pointer-overflow and object-size: the kernels take gcc ten minutes with them; the address sanitizer finds the access
  set(sanitize -fsanitize=${R2S_SANITIZE} -fno-sanitize=pointer-overflow,object-size -fno-omit-frame-pointer
    -fno-sanitize-recover=all)
  # R2S_UNSANITIZED: a target's property, of kernels that do not run here (isa.cmake)
  target_compile_options(r2s_flags INTERFACE "$<$<NOT:$<BOOL:$<TARGET_PROPERTY:R2S_UNSANITIZED>>>:${sanitize}>")
  target_link_options(r2s_flags INTERFACE -fsanitize=${R2S_SANITIZE})
endif()
