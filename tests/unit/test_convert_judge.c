/* SPDX-License-Identifier: MIT
 * Protects: the certificate's verdict. It hangs on the lowest accuracy, and on intervals that leave no doubt.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "rate2spike/convert.h"

static r2s_judged row(r2s_spike_model model, int correct, int n) {
  return (r2s_judged){.model = model, .set = R2S_SET_SIMULATE, .accuracy = r2s_convert_accuracy(correct, n)};
}

static r2s_judged held_out(int correct, int n) {
  return (r2s_judged){
      .model = R2S_SPIKE_LIF, .set = R2S_SET_HELD_OUT, .accuracy = r2s_convert_accuracy(correct, n)};
}

static void check(const r2s_judged *rows, int n, r2s_verdict verdict, r2s_spike_model model, int decisive_n,
                  double limit) {
  r2s_judgement j = r2s_convert_judge(rows, n);
  if (j.verdict != verdict)
    fail_msg("found \"%s\"; expected \"%s\"", r2s_verdict_name(j.verdict), r2s_verdict_name(verdict));
  assert_int_equal(j.model, model);
  assert_int_equal(j.decisive.n, decisive_n);
  assert_true(j.limit == limit);
}

#define LIF R2S_SPIKE_LIF
#define DEXP R2S_SPIKE_PSC_DEXP

/* held out, lif, psc-dexp, and psc-dexp in NEST with 20 trials of each condition */
static void test_the_main_job(void **state) {
  (void)state;
  r2s_judged seed1[] = {held_out(199, 200), row(LIF, 196, 200), row(DEXP, 199, 200), row(DEXP, 40, 40)};
  check(seed1, 4, R2S_VERDICT_CONVERTS, LIF, 400, 0.95);
  r2s_judged lowest_of_20_seeds[] = {held_out(198, 200), row(DEXP, 198, 200)};
  check(lowest_of_20_seeds, 2, R2S_VERDICT_CONVERTS, LIF, 200, 0.95);
}

static void test_few_trials_say_nothing(void **state) {
  (void)state;
  r2s_judged two[] = {row(LIF, 2, 2)}, half[] = {row(LIF, 1, 2)};
  check(two, 1, R2S_VERDICT_TOO_FEW, LIF, 2, 0.95);
  check(half, 1, R2S_VERDICT_TOO_FEW, LIF, 2, 0.75);
  /* 72 of 72: lower bound 0.9493; 73 of 73: 0.9500 */
  r2s_judged almost[] = {row(LIF, 72, 72)}, enough[] = {row(LIF, 73, 73)};
  check(almost, 1, R2S_VERDICT_TOO_FEW, LIF, 72, 0.95);
  check(enough, 1, R2S_VERDICT_CONVERTS, LIF, 73, 0.95);
  /* 97 % of 200 may be 93.6 % */
  r2s_judged doubtful[] = {row(LIF, 194, 200)};
  check(doubtful, 1, R2S_VERDICT_TOO_FEW, LIF, 200, 0.95);
}

/* As many trials as a network that converts may have wrong. */
static void test_ambiguous_trials(void **state) {
  (void)state;
  assert_true(r2s_convert_is_ambiguous(11, 200) && r2s_convert_is_ambiguous(1, 19));
  assert_false(r2s_convert_is_ambiguous(9, 200) || r2s_convert_is_ambiguous(1, 21));
  assert_false(r2s_convert_is_ambiguous(0, 0));
}

/* The same trials in two engines count once; fresh ones add up. */
static void test_trials_are_counted_once(void **state) {
  (void)state;
  r2s_judged engines[] = {row(DEXP, 40, 40), row(DEXP, 40, 40)};
  check(engines, 2, R2S_VERDICT_TOO_FEW, DEXP, 40, 0.95);
  r2s_judged fresh[] = {row(LIF, 40, 40), held_out(40, 40)};
  check(fresh, 2, R2S_VERDICT_CONVERTS, LIF, 80, 0.95);
}

/* Another model's many trials do not speak for this one. */
static void test_each_model_needs_its_own_trials(void **state) {
  (void)state;
  r2s_judged rows[] = {row(LIF, 200, 200), row(DEXP, 40, 40)};
  check(rows, 2, R2S_VERDICT_TOO_FEW, DEXP, 40, 0.95);
}

static void test_one_low_row_is_enough(void **state) {
  (void)state;
  r2s_judged part[] = {row(LIF, 200, 200), row(DEXP, 180, 200)};
  check(part, 2, R2S_VERDICT_IN_PART, DEXP, 200, 0.75);
  r2s_judged nest_fails[] = {row(LIF, 200, 200), row(DEXP, 200, 200), row(DEXP, 20, 40)};
  check(nest_fails, 3, R2S_VERDICT_NOT, DEXP, 40, 0.75);
  /* one measurement of several of a model, though all together are above */
  r2s_judged uneven[] = {held_out(180, 200), row(LIF, 200, 200), row(DEXP, 200, 200)};
  check(uneven, 3, R2S_VERDICT_IN_PART, LIF, 200, 0.75);
  /* of two failures the lower one is told, in any order */
  r2s_judged worse_last[] = {row(LIF, 100, 200), row(DEXP, 20, 199)},
             worse_first[] = {row(LIF, 20, 199), row(DEXP, 100, 200)};
  check(worse_last, 2, R2S_VERDICT_NOT, DEXP, 199, 0.75);
  check(worse_first, 2, R2S_VERDICT_NOT, LIF, 199, 0.75);
  r2s_judged none[] = {row(LIF, 0, 4)};
  check(none, 1, R2S_VERDICT_NOT, LIF, 4, 0.75);
}

/* 140 of 200 may be 76 %; 280 of 400 are at most 74.3 %: a network fails by all its trials, too */
static void test_trials_add_up_to_a_failure(void **state) {
  (void)state;
  r2s_judged alone[] = {row(LIF, 140, 200)}, both[] = {held_out(140, 200), row(LIF, 140, 200)};
  check(alone, 1, R2S_VERDICT_TOO_FEW, LIF, 200, 0.75);
  check(both, 2, R2S_VERDICT_NOT, LIF, 400, 0.75);
}

/* 94.5 % of 200 may be 97 %; with 200 of 200 more it is at least 95.1 % */
static void test_trials_add_up_to_a_conversion(void **state) {
  (void)state;
  r2s_judged rows[] = {held_out(189, 200), row(LIF, 200, 200), row(DEXP, 200, 200)};
  check(rows, 3, R2S_VERDICT_CONVERTS, LIF, 400, 0.95);
}

/* An engine that repeats trials and may do worse leaves a doubt, which is named; it does not lower the class.
 */
static void test_doubt_of_another_engine(void **state) {
  (void)state;
  r2s_judged few[] = {row(LIF, 200, 200), row(DEXP, 200, 200), row(DEXP, 3, 4)};
  check(few, 3, R2S_VERDICT_TOO_FEW, DEXP, 4, 0.95);
  r2s_judged unlucky[] = {row(LIF, 200, 200), row(DEXP, 200, 200), row(DEXP, 37, 40)};
  check(unlucky, 3, R2S_VERDICT_TOO_FEW, DEXP, 40, 0.95);
  r2s_judged surely[] = {row(LIF, 200, 200), row(DEXP, 200, 200), row(DEXP, 34, 40)};
  check(surely, 3, R2S_VERDICT_TOO_FEW, DEXP, 40, 0.75); /* surely below 95 %, and maybe below 75 % */
  r2s_judged part[] = {row(LIF, 200, 200), row(DEXP, 190, 200), row(DEXP, 170, 199)};
  check(part, 3, R2S_VERDICT_IN_PART, DEXP, 199, 0.75);
}

/* A rare condition that is never done counts for little in the accuracy, and does not convert. */
static void test_a_condition_that_fails(void **state) {
  (void)state;
  const r2s_accuracy none_of[] = {r2s_convert_accuracy(194, 194), r2s_convert_accuracy(0, 6)},
                     less[] = {r2s_convert_accuracy(190, 194), r2s_convert_accuracy(5, 40)},
                     maybe[] = {r2s_convert_accuracy(199, 199), r2s_convert_accuracy(0, 1)};
  r2s_judged rare[] = {row(LIF, 200, 200), row(DEXP, 194, 200), row(DEXP, 195, 234)};
  rare[0].by_condition = maybe, rare[0].n_conditions = 2;
  check(rare, 2, R2S_VERDICT_TOO_FEW, DEXP, 200, 0.95); /* 0 of 1 says nothing */
  rare[1].by_condition = none_of, rare[1].n_conditions = 2;
  check(rare, 2, R2S_VERDICT_IN_PART, DEXP, 6, 0.75);
  r2s_judgement j = r2s_convert_judge(rare, 2);
  assert_true(j.row == 1 && j.condition == 1);
  rare[2].by_condition = less, rare[2].n_conditions = 2; /* the worst as a whole is told where it is as bad */
  check(rare, 3, R2S_VERDICT_IN_PART, DEXP, 234, 0.75);
  j = r2s_convert_judge(rare, 3);
  assert_true(j.row == -1 && j.condition == -1);
}

/* Of two conditions that fail, the one that is surely worse: 20 of 100 are 28.9 % at most, 0 of 6 may be 39.0
 * %. In any order, in one row and in two. */
static void test_the_worse_of_two_conditions_is_told(void **state) {
  (void)state;
  const r2s_accuracy few = r2s_convert_accuracy(0, 6), many = r2s_convert_accuracy(20, 100),
                     good = r2s_convert_accuracy(200, 200);
  const r2s_accuracy orders[][3] = {{few, many, good}, {many, few, good}, {good, many, few}};
  static const int worse[] = {1, 0, 1};
  for (int k = 0; k < 3; k++) {
    r2s_judged rows[] = {row(LIF, 200, 200)};
    rows[0].by_condition = orders[k], rows[0].n_conditions = 3;
    check(rows, 1, R2S_VERDICT_IN_PART, LIF, 100, 0.75);
    const r2s_judgement j = r2s_convert_judge(rows, 1);
    assert_true(j.row == 0 && j.condition == worse[k]);
  }
  for (int k = 0; k < 2; k++) {
    r2s_judged rows[] = {row(LIF, 200, 200), row(DEXP, 200, 200)};
    rows[k].by_condition = &many, rows[k].n_conditions = 1;
    rows[1 - k].by_condition = &few, rows[1 - k].n_conditions = 1;
    check(rows, 2, R2S_VERDICT_IN_PART, k == 0 ? LIF : DEXP, 100, 0.75);
    assert_int_equal(r2s_convert_judge(rows, 2).row, k);
  }
}

/* Of two models the one that is surely worse, where both convert; the one that was lower, where both do in
 * part. */
static void test_the_decisive_model(void **state) {
  (void)state;
  const r2s_judged whole[] = {row(LIF, 1960, 2000),
                              row(DEXP, 394, 400)}; /* 98 and 98.5 %, from 97.3 and 96.8 on */
  const r2s_judged part[] = {row(LIF, 1600, 2000),
                             row(DEXP, 164, 200)}; /* 80 and 82 %, from 78.2 and 76.1 on */
  for (int k = 0; k < 2; k++) {
    const r2s_judged wholes[] = {whole[k], whole[1 - k]}, parts[] = {part[k], part[1 - k]};
    check(wholes, 2, R2S_VERDICT_CONVERTS, DEXP, 400, 0.95);
    check(parts, 2, R2S_VERDICT_IN_PART, LIF, 2000, 0.75);
  }
}

/* Which measurement a verdict hangs on, so that the right one can be made longer. */
static void test_the_decisive_row(void **state) {
  (void)state;
  r2s_judged nest[] = {held_out(200, 200), row(DEXP, 200, 200), row(DEXP, 3, 4)};
  assert_int_equal(r2s_convert_judge(nest, 3).row, 2);
  assert_int_equal(r2s_convert_judge(nest, 2).row, -1);
  assert_int_equal(r2s_convert_judge(NULL, 0).row, -1);
}

static void test_nothing_measured(void **state) {
  (void)state;
  r2s_judged empty[] = {row(LIF, 0, 0), row(DEXP, 200, 200)};
  assert_int_equal(r2s_convert_judge(empty, 1).verdict, R2S_VERDICT_NOT_MEASURED);
  check(empty, 2, R2S_VERDICT_CONVERTS, DEXP, 200, 0.95);
  assert_int_equal(r2s_convert_judge(NULL, 0).verdict, R2S_VERDICT_NOT_MEASURED);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_the_main_job),
      cmocka_unit_test(test_few_trials_say_nothing),
      cmocka_unit_test(test_ambiguous_trials),
      cmocka_unit_test(test_trials_are_counted_once),
      cmocka_unit_test(test_each_model_needs_its_own_trials),
      cmocka_unit_test(test_one_low_row_is_enough),
      cmocka_unit_test(test_trials_add_up_to_a_failure),
      cmocka_unit_test(test_trials_add_up_to_a_conversion),
      cmocka_unit_test(test_doubt_of_another_engine),
      cmocka_unit_test(test_a_condition_that_fails),
      cmocka_unit_test(test_the_worse_of_two_conditions_is_told),
      cmocka_unit_test(test_the_decisive_model),
      cmocka_unit_test(test_the_decisive_row),
      cmocka_unit_test(test_nothing_measured),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
