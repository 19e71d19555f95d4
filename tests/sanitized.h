/* SPDX-License-Identifier: MIT
 * SANITIZED: whether the sanitizers are there. They make code five to ten times slower: what repeats for
 * statistics, or only to take a while, does so less often then. EMULATED: whether AVX-512 is there in plain
 * C, as slow. */
#ifndef TEST_SANITIZED_H
#define TEST_SANITIZED_H

#if defined(__has_feature)
#if __has_feature(address_sanitizer) /* clang */
#define SANITIZED 1
#endif
#elif defined(__SANITIZE_ADDRESS__) /* gcc */
#define SANITIZED 1
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

#ifdef R2S_EMULATE_AVX512
#define EMULATED 1
#else
#define EMULATED 0
#endif

#endif
