/* SPDX-License-Identifier: MIT
 * Protects: the sparse products. Code made for a matrix and the lists, whole or cut for threads, give the
 * same bits on every instruction set with fused multiply-adds, and what a plain sum gives; a link that died
 * changes no bit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#if defined(__linux__)
#include <sys/prctl.h>
#endif

#include "rate/rate_kernel.h"
#include "unit/sparse_matrix.h"

/* W y by those rows, which are built anew; the caller frees it. */
static float *product_of(r2s_rate_rows *rows, sparse_matrix *m, r2s_isa isa, bool *code) {
  float *out = aligned_alloc(64, r2s_rate_rows_area(m->n) * sizeof *out);
  r2s_rate_rows_build(rows, m->edges, m->row, m->sender, m->at);
  for (size_t e = 0; e < m->edges; e++) rows->w[m->at[e]] = m->w[e];
  *code = rows->tile[0].product != NULL;
  R2S_KERNEL_PICK(isa, r2s_rate_product)(rows, m->y, out);
  return out;
}

/* W y by rows of that kind, whose lists are in so many parts; the caller frees it. */
static float *product_in(int parts, sparse_matrix *m, r2s_isa rows_for, r2s_isa isa, bool *code) {
  r2s_rate_rows rows;
  assert_int_equal(r2s_rate_rows_create(&rows, m->n, m->edges, parts, rows_for, NULL), R2S_OK);
  float *out = product_of(&rows, m, isa, code);
  r2s_rate_rows_free(&rows);
  return out;
}

static float *product(sparse_matrix *m, r2s_isa rows_for, r2s_isa isa, bool *code) {
  return product_in(1, m, rows_for, isa, code);
}

static void check_sums(const sparse_matrix *m, const float *out) {
  double *sum = sparse_matrix_times(m, R2S_LANES);
  for (size_t k = 0; k < (size_t)m->n * R2S_LANES; k++) assert_true(fabs(sum[k] - (double)out[k]) < 1e-5);
  free(sum);
}

static void check(sparse_matrix *m, bool expect_code) {
  size_t bytes = (size_t)m->n * R2S_LANES * sizeof(float);
  bool code;
  float *lists = product(m, R2S_ISA_BASELINE, r2s_isa_current(), &code);
  assert_false(code);
  check_sums(m, lists);
  for (int isa = R2S_ISA_AVX2; isa <= (int)r2s_isa_current(); isa++) {
    float *other = product(m, (r2s_isa)isa, (r2s_isa)isa, &code);
    if (!getenv("R2S_CODE")) assert_int_equal(code, expect_code && isa == R2S_ISA_AVX512);
    assert_memory_equal(lists, other, bytes);
    free(other);
  }
  for (int parts = 2; parts <= 5; parts += 3) {
    float *cut = product_in(parts, m, R2S_ISA_BASELINE, r2s_isa_current(), &code);
    assert_memory_equal(lists, cut, bytes);
    free(cut);
  }
  free(lists);
}

/* Units up to some tiles, beyond a one-byte offset, rows without edges, no edges at all, all edges. */
static void test_code_and_lists_agree(void **state) {
  (void)state;
  const struct {
    int n;
    double p;
  } cases[] = {{1, 1},     {2, 0.5}, {27, 0.3},  {28, 1},     {29, 0.2},
               {57, 0.02}, {130, 0}, {250, 0.2}, {301, 0.06}, {600, 0.1}};
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    sparse_matrix m = sparse_matrix_draw(cases[k].n, cases[k].p, k + 1, R2S_LANES);
    check(&m, true);
    sparse_matrix_free(&m);
  }
}

/* Too few links for each load of a sender's rates, which the L1 cache does not hold. */
static void test_large_sparse_matrices_take_the_lists(void **state) {
  (void)state;
  sparse_matrix m = sparse_matrix_draw(600, 0.06, 1, R2S_LANES);
  check(&m, false);
  sparse_matrix_free(&m);
}

/* Code goes where so many edges died that lists are faster. */
static void test_dying_edges_change_code_for_lists(void **state) {
  (void)state;
  sparse_matrix m = sparse_matrix_draw(600, 0.1, 2, R2S_LANES);
  r2s_rate_rows rows;
  bool code;
  assert_int_equal(r2s_rate_rows_create(&rows, m.n, m.edges, 1, r2s_isa_current(), NULL), R2S_OK);
  free(product_of(&rows, &m, r2s_isa_current(), &code));
  if (!getenv("R2S_CODE")) assert_int_equal(code, r2s_isa_current() == R2S_ISA_AVX512);
  m.edges /= 2; /* the rows come one after the other: half of them have no edge now */
  float *out = product_of(&rows, &m, r2s_isa_current(), &code);
  assert_false(code);
  check_sums(&m, out);
  free(out);
  r2s_rate_rows_free(&rows);
  sparse_matrix_free(&m);
}

/* The lists take one block of senders, or several, of which the last one is smaller. */
static void test_large_matrices_take_the_lists(void **state) {
  (void)state;
  const struct {
    int n;
    double p;
    size_t blocks;
  } cases[] = {{500, 0.3, 2}, {1201, 0.08, 3}, {1500, 0.03, 1}};
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    sparse_matrix m = sparse_matrix_draw(cases[k].n, cases[k].p, k + 1, R2S_LANES);
    assert_true(m.edges > R2S_RATE_CODE_MOST_LINKS);
    r2s_rate_rows rows;
    assert_int_equal(r2s_rate_rows_create(&rows, m.n, m.edges, 1, R2S_ISA_BASELINE, NULL), R2S_OK);
    assert_int_equal(rows.blocks, cases[k].blocks);
    r2s_rate_rows_free(&rows);
    check(&m, false);
    sparse_matrix_free(&m);
  }
}

static void test_dead_links_change_nothing(void **state) {
  (void)state;
  sparse_matrix m = sparse_matrix_draw(100, 0.2, 3, R2S_LANES);
  bool code;
  for (size_t e = 0; e < m.edges; e += 3) m.w[e] = 0;
  float *with = product(&m, r2s_isa_current(), r2s_isa_current(), &code);
  size_t kept = 0;
  for (size_t e = 0; e < m.edges; e++)
    if (m.w[e] != 0) m.row[kept] = m.row[e], m.sender[kept] = m.sender[e], m.w[kept++] = m.w[e];
  m.edges = kept;
  float *without = product(&m, r2s_isa_current(), r2s_isa_current(), &code);
  assert_memory_equal(with, without, 100 * R2S_LANES * sizeof *with);
  free(with);
  free(without);
  sparse_matrix_free(&m);
}

/* False where this can't be asked for. */
static bool forbid_code(void) {
#if defined(__linux__)
  enum { SET_MDWE = 65, REFUSE_EXEC_GAIN = 1 };
  return prctl(SET_MDWE, REFUSE_EXEC_GAIN, 0, 0, 0) == 0;
#else
  return false;
#endif
}

/* A process that may not make memory executable (Linux 6.3: memory-deny-write-execute) takes the lists. */
static void test_systems_that_forbid_code(void **state) {
  (void)state;
  enum { UNKNOWN_HERE = 77 };
  sparse_matrix m = sparse_matrix_draw(60, 0.2, 5, R2S_LANES);
  size_t bytes = 60 * R2S_LANES * sizeof(float);
  bool code;
  float *expected = product(&m, R2S_ISA_BASELINE, r2s_isa_current(), &code);
  pid_t child = fork();
  if (child == 0) {
    if (!forbid_code()) _exit(UNKNOWN_HERE);
    float *lists = product(&m, r2s_isa_current(), r2s_isa_current(), &code);
    _exit(code || memcmp(lists, expected, bytes) != 0);
  }
  int status;
  assert_int_equal(waitpid(child, &status, 0), child);
  free(expected);
  sparse_matrix_free(&m);
  assert_true(WIFEXITED(status));
  if (WEXITSTATUS(status) == UNKNOWN_HERE) skip();
  assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_code_and_lists_agree),
      cmocka_unit_test(test_large_sparse_matrices_take_the_lists),
      cmocka_unit_test(test_dying_edges_change_code_for_lists),
      cmocka_unit_test(test_large_matrices_take_the_lists),
      cmocka_unit_test(test_dead_links_change_nothing),
      cmocka_unit_test(test_systems_that_forbid_code),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
