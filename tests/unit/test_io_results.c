/* SPDX-License-Identifier: MIT
 * Protects: recorded runs, checkpoints, rate traces, spike records, run.json. What is written is read back
 * bit for bit; what does not belong together is refused with the variable's name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <hdf5.h>
#include <math.h>
#include <matio.h>

#include "h5_change.h"
#include "io/io_results.h"
#include "io/io_run_json.h"
#include "io_model_fixture.h"

static void test_recorded_run(void **state) {
  (void)state;
  r2s_error err = {0};
  r2s_case c;
  assert_ok(r2s_case_load(&c, R2S_TEST_DATA "/lif64_go_25_double.mat", &err), &err);
  assert_true(c.n == 200 && c.n_in == 1 && c.n_columns == 201 && c.n_spikes == 1432);
  assert_true(c.out_rows == 1 && c.out_columns == 1000);
  assert_true(c.scale == 25 && c.t_ref_ms == 2 && c.tau_r_ms == 2);
  mat_t *mat = Mat_Open(R2S_TEST_DATA "/lif64_go_25_double.mat", MAT_ACC_RDONLY);
  matvar_t *v0 = Mat_VarRead(mat, "v0"), *unit = Mat_VarRead(mat, "unit"), *step = Mat_VarRead(mat, "step"),
           *out = Mat_VarRead(mat, "out1"), *u = Mat_VarRead(mat, "u");
  assert_true(v0 && unit && step && out && u);
  assert_memory_equal(c.v0, v0->data, 200 * sizeof(double));
  assert_memory_equal(c.out1, out->data, 1000 * sizeof(double));
  for (int k = 0; k < 201; k++) assert_true(c.u[k] == (float)((const double *)u->data)[k]);
  for (int k = 0; k < 1432; k++) {
    assert_int_equal(c.spikes[k].unit, ((const int32_t *)unit->data)[k] - 1);
    assert_int_equal(c.spikes[k].step, ((const int32_t *)step->data)[k]);
  }
  Mat_VarFree(v0), Mat_VarFree(unit), Mat_VarFree(step), Mat_VarFree(out), Mat_VarFree(u);
  Mat_Close(mat);
  r2s_case_free(&c);
  assert_ok(r2s_case_load(&c, R2S_TEST_DATA "/lif64_go_25_single.mat", &err), &err);
  assert_true(c.tau_r_ms == 0);
  r2s_case_free(&c);
  assert_int_equal(r2s_case_load(&c, R2S_TEST_DATA "/authors_gonogo.mat", &err), R2S_ERR_FORMAT);
  assert_non_null(strstr(err.msg, "v0"));
}

static void test_checkpoint(void **state) {
  (void)state;
  char path[128], hash[72];
  r2s_error err = {0};
  unsigned char bytes[5000];
  void *back;
  size_t size;
  for (size_t k = 0; k < sizeof bytes; k++) bytes[k] = (unsigned char)(k * k >> 3);
  snprintf(path, sizeof path, "%s/checkpoint.h5", fixture_folder());
  assert_ok(r2s_checkpoint_save(path, "0123abc", bytes, sizeof bytes, &err), &err);
  assert_ok(r2s_checkpoint_load(path, hash, &back, &size, &err), &err);
  assert_string_equal(hash, "0123abc");
  assert_int_equal(size, sizeof bytes);
  assert_memory_equal(back, bytes, size);
  free(back);
  memset(hash, 'a', sizeof hash);
  char long_hash[80] = "";
  memcpy(long_hash, hash, sizeof hash);
  assert_int_equal(r2s_checkpoint_save(path, long_hash, bytes, sizeof bytes, &err), R2S_ERR_ARG);
  assert_non_null(strstr(err.msg, "a configuration's hash of 72 characters; expected at most 71"));
}

/* Another program may rewrite a dataset, with the right checksum of HDF5: the CRC-32 tells. */
static void test_checkpoint_changed_by_others(void **state) {
  (void)state;
  char path[128], hash[72];
  r2s_error err = {0};
  unsigned char bytes[64] = {1, 2, 3};
  void *back;
  size_t size;
  snprintf(path, sizeof path, "%s/changed.h5", fixture_folder());
  assert_ok(r2s_checkpoint_save(path, "", bytes, sizeof bytes, &err), &err);
  bytes[7] = 9;
  hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT), set = H5Dopen2(file, "state", H5P_DEFAULT);
  assert_true(set >= 0 && H5Dwrite(set, H5T_NATIVE_UINT8, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes) >= 0);
  H5Dclose(set), H5Fclose(file);
  assert_int_equal(r2s_checkpoint_load(path, hash, &back, &size, &err), R2S_ERR_FORMAT);
  assert_non_null(strstr(err.msg, "checksum"));
  assert_null(back);
}

/* The greatest size is what the reader takes for "any": its bytes were read far beyond their end. */
static void test_checkpoint_of_another_size(void **state) {
  (void)state;
  const uint64_t sizes[] = {UINT64_MAX, 0, 63, 65, (uint64_t)1 << 32};
  char path[128], hash[72];
  unsigned char bytes[64] = {1, 2, 3};
  void *back;
  size_t size;
  snprintf(path, sizeof path, "%s/size.h5", fixture_folder());
  for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
    r2s_error err = {0};
    assert_ok(r2s_checkpoint_save(path, "", bytes, sizeof bytes, &err), &err);
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT), attribute = H5Aopen(file, "size", H5P_DEFAULT);
    assert_true(attribute >= 0 && H5Awrite(attribute, H5T_NATIVE_UINT64, &sizes[k]) >= 0);
    H5Aclose(attribute), H5Fclose(file);
    assert_int_equal(r2s_checkpoint_load(path, hash, &back, &size, &err), R2S_ERR_FORMAT);
    assert_non_null(strstr(err.msg, "dataset state"));
    assert_null(back);
  }
}

/* As docs/formats.md has it: each dataset tells its unit and what it is. */
static void datasets_are_described(const char *path) {
  H5G_info_t info;
  char name[64];
  hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
  assert_true(file >= 0 && H5Gget_info(file, &info) >= 0 && info.nlinks > 2);
  for (hsize_t k = 0; k < info.nlinks; k++) {
    assert_true(H5Lget_name_by_idx(file, ".", H5_INDEX_NAME, H5_ITER_INC, k, name, sizeof name, H5P_DEFAULT) >
                0);
    if (H5Aexists_by_name(file, name, "unit", H5P_DEFAULT) <= 0 ||
        H5Aexists_by_name(file, name, "description", H5P_DEFAULT) <= 0)
      fail_msg("%s: dataset %s has no unit or no description", path, name);
  }
  H5Fclose(file);
}

static void test_rate_traces(void **state) {
  (void)state;
  char path[128];
  r2s_error err = {0};
  int conditions[3] = {0, 1, 1};
  double out[3 * 4 * 2], mean[3 * 5];
  for (int k = 0; k < 24; k++) out[k] = fixture_value(k, -1);
  for (int k = 0; k < 15; k++) mean[k] = fixture_value(k, 1);
  r2s_rate_traces back, traces = {.trials = "seed 3, task mine (0123456789ab)",
                                  .n_trials = 3,
                                  .n_samples = 4,
                                  .n_out = 2,
                                  .n = 5,
                                  .t0_ms = 5,
                                  .dt_ms = 0.1,
                                  .conditions = conditions,
                                  .out = out,
                                  .mean_rate = mean};
  snprintf(path, sizeof path, "%s/rate.h5", fixture_folder());
  assert_ok(r2s_rate_traces_save(&traces, path, &err), &err);
  datasets_are_described(path);
  assert_ok(r2s_rate_traces_load(&back, path, &err), &err);
  assert_true(back.n_trials == 3 && back.n_samples == 4 && back.n_out == 2 && back.n == 5);
  assert_true(back.t0_ms == 5 && back.dt_ms == 0.1);
  assert_string_equal(back.trials, traces.trials);
  assert_memory_equal(back.conditions, conditions, sizeof conditions);
  assert_memory_equal(back.out, out, sizeof out);
  assert_memory_equal(back.mean_rate, mean, sizeof mean);
  r2s_rate_traces_free(&back);
  conditions[2] = R2S_MAX_CONDITIONS;
  assert_int_equal(r2s_rate_traces_save(&traces, path, &err), R2S_ERR_ARG);
  assert_ok(r2s_rate_traces_load(&back, path, &err), &err); /* the file that was there still is */
  r2s_rate_traces_free(&back);
  const hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT),
              set = H5Dopen2(file, "conditions", H5P_DEFAULT);
  assert_true(H5Dwrite(set, H5T_NATIVE_INT, H5S_ALL, H5S_ALL, H5P_DEFAULT, conditions) >= 0);
  H5Dclose(set);
  H5Fclose(file);
  assert_int_equal(r2s_rate_traces_load(&back, path, &err), R2S_ERR_FORMAT);
  assert_non_null(strstr(err.msg, "conditions"));
  conditions[2] = 1, mean[7] = NAN;
  assert_int_equal(r2s_rate_traces_save(&traces, path, &err), R2S_ERR_NUMERIC);
  mean[7] = 1, traces.t0_ms = NAN;
  assert_int_equal(r2s_rate_traces_save(&traces, path, &err), R2S_ERR_NUMERIC);
  assert_non_null(strstr(err.msg, "t0_ms"));
  traces.t0_ms = 5;
  memset(traces.trials, 'x', sizeof traces.trials);
  assert_int_equal(r2s_rate_traces_save(&traces, path, &err), R2S_ERR_ARG);
  assert_non_null(strstr(err.msg, "trials"));
}

static void test_rate_traces_of_nothing(void **state) {
  (void)state;
  const struct {
    int trials, samples, outputs, units;
    double dt_ms;
    const char *word;
  } cases[] = {{0, 2, 1, 3, 5, "0 trials"}, {2, 0, 1, 3, 5, "0 samples"}, {2, 2, 0, 3, 5, "0 outputs"},
               {2, 2, 1, 0, 5, "0 units"},  {2, 2, 1, 3, 0, "dt_ms"},     {2, 2, 1, 3, -1, "dt_ms"}};
  char path[128];
  int conditions[2] = {0, 1};
  double out[4] = {0}, mean[6] = {0};
  snprintf(path, sizeof path, "%s/nothing.h5", fixture_folder());
  for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
    r2s_error err = {0};
    r2s_rate_traces back, traces = {.n_trials = cases[c].trials,
                                    .n_samples = cases[c].samples,
                                    .n_out = cases[c].outputs,
                                    .n = cases[c].units,
                                    .dt_ms = cases[c].dt_ms,
                                    .conditions = conditions,
                                    .out = out,
                                    .mean_rate = mean};
    assert_int_equal(r2s_rate_traces_save(&traces, path, &err), R2S_ERR_ARG);
    assert_non_null(strstr(err.msg, path));
    if (!strstr(err.msg, cases[c].word)) fail_msg("%s; expected %s", err.msg, cases[c].word);
    if (cases[c].dt_ms > 0) continue;
    traces.dt_ms = 5;
    assert_ok(r2s_rate_traces_save(&traces, path, &err), &err);
    change_attribute(path, "dt_ms", H5T_NATIVE_DOUBLE, &cases[c].dt_ms);
    assert_int_equal(r2s_rate_traces_load(&back, path, &err), R2S_ERR_FORMAT);
    assert_non_null(strstr(err.msg, "dt_ms"));
  }
}

/* Conditions that files may have and the folder's task has not. */
static void test_trials_of_another_task(void **state) {
  (void)state;
  r2s_task task;
  r2s_error err = {0};
  int conditions[2] = {0, 2};
  assert_ok(r2s_task_load(&task, "go-nogo-short", &err), &err);
  const r2s_rate_traces traces = {
      .n_trials = 2, .n_samples = 199, .n_out = 1, .n = 3, .t0_ms = 5, .dt_ms = 5, .conditions = conditions};
  assert_int_equal(r2s_rate_traces_fit(&traces, &task, 3, "rate.h5", &err), R2S_ERR_FORMAT);
  assert_string_equal(err.msg, "rate.h5: trial 1 has condition 2; expected 0 to 1 as in task go-nogo-short");
  const r2s_spike_record records[2] = {{.n = 3, .n_out = 1}, {.n = 3, .n_out = 1, .condition = 2}};
  assert_int_equal(r2s_records_fit(records, 2, &task, 3, "spikes.h5", &err), R2S_ERR_FORMAT);
  assert_string_equal(err.msg,
                      "spikes.h5: trial 1 has condition 2; expected 0 to 1 as in task go-nogo-short");
  r2s_task_free(&task);
}

enum { TRIALS = 3, UNITS = 4, SAMPLES = 5 };

typedef struct trial_data {
  double out[SAMPLES], rates[UNITS], voltage[SAMPLES * 8];
  uint32_t counts[UNITS];
  r2s_spike_event spikes[6];
} trial_data;

static const uint32_t unit_spikes[UNITS] = {2, 2, 1, 1}; /* of units k % UNITS, k = 0..5 */

/* Trial 0 with spikes, trial 1 with spikes that were not recorded, trial 2 silent. */
static void make_records(r2s_spike_record records[TRIALS], trial_data data[TRIALS]) {
  memset(data, 0, TRIALS * sizeof *data);
  for (int t = 0; t < TRIALS; t++) {
    for (int k = 0; k < SAMPLES; k++) data[t].out[k] = fixture_value(k + t, 1);
    for (int k = 0; k < UNITS; k++)
      data[t].rates[k] = fixture_value(k + t, 1), data[t].counts[k] = t == 2 ? 0 : unit_spikes[k];
    for (int k = 0; k < SAMPLES * 8; k++) data[t].voltage[k] = fixture_value(k, -1);
    for (int k = 0; k < 6; k++) data[t].spikes[k] = (r2s_spike_event){k % UNITS, 100 + k + t};
    records[t] = (r2s_spike_record){.condition = t % 2,
                                    .n = UNITS,
                                    .n_out = 1,
                                    .n_samples = SAMPLES,
                                    .t0_ms = 1,
                                    .dt_ms = 1,
                                    .out = data[t].out,
                                    .counts = data[t].counts,
                                    .n_spikes = t == 2 ? 0 : 6,
                                    .spikes = t == 0 ? data[t].spikes : NULL,
                                    .spike_dt_ms = 0.05,
                                    .duration_ms = 1000,
                                    .rates_end = data[t].rates,
                                    .voltage = data[t].voltage};
  }
}

/* Whether a dataset's attribute "unit" is this. */
static bool has_unit(const char *path, const char *dataset, const char *expected) {
  char unit[16] = "";
  hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT),
        attribute = H5Aopen_by_name(file, dataset, "unit", H5P_DEFAULT, H5P_DEFAULT),
        type = H5Aget_type(attribute);
  assert_true(H5Tget_size(type) < sizeof unit && H5Aread(attribute, type, unit) >= 0);
  H5Tclose(type), H5Aclose(attribute), H5Fclose(file);
  return strcmp(unit, expected) == 0;
}

/* The voltage of lif-unit has no unit. */
static void test_units(void **state) {
  (void)state;
  char path[128];
  r2s_error err = {0};
  trial_data data[TRIALS];
  r2s_spike_record records[TRIALS];
  r2s_spike_config config = {.model = R2S_SPIKE_LIF, .scale = NAN, .neuron = {.dt_ms = 0.05}};
  make_records(records, data);
  snprintf(path, sizeof path, "%s/spikes.h5", fixture_folder());
  assert_ok(r2s_records_save(records, TRIALS, &config, NULL, path, &err), &err);
  assert_true(has_unit(path, "voltage", "mV") && has_unit(path, "rates_end", "Hz"));
  config.model = R2S_SPIKE_LIF_UNIT;
  assert_ok(r2s_records_save(records, TRIALS, &config, NULL, path, &err), &err);
  assert_true(has_unit(path, "voltage", "1") && has_unit(path, "rates_end", "1"));
}

static void test_records(void **state) {
  (void)state;
  char path[128];
  r2s_error err = {0};
  trial_data data[TRIALS];
  char settings[R2S_SETTINGS_SIZE];
  r2s_spike_record records[TRIALS], *back;
  r2s_spike_config config = {.model = R2S_SPIKE_LIF, .scale = NAN, .neuron = {.dt_ms = 0.05}};
  r2s_spike_info found, info = {.trials = "seed 3, task mine (0123456789ab)",
                                .engine = "native avx2",
                                .build_seconds = 0.1,
                                .simulate_seconds = 2.5,
                                .weights_checked = 7,
                                .weights_max_difference = 1e-9};
  int n;
  make_records(records, data);
  snprintf(path, sizeof path, "%s/spikes.h5", fixture_folder());
  assert_ok(r2s_records_save(records, TRIALS, &config, &info, path, &err), &err);
  datasets_are_described(path);
  assert_ok(r2s_records_load(&back, &n, &found, path, &err), &err);
  assert_int_equal(n, TRIALS);
  assert_string_equal(found.engine, info.engine);
  assert_string_equal(found.model, "lif");
  assert_string_equal(found.trials, info.trials);
  assert_true(isnan(found.scale));
  r2s_spike_settings(&config, settings);
  assert_string_equal(found.settings, settings);
  assert_true(found.build_seconds == 0.1 && found.simulate_seconds == 2.5 && found.weights_checked == 7);
  assert_true(found.weights_max_difference == 1e-9);
  for (int t = 0; t < TRIALS; t++) {
    const r2s_spike_record *a = &records[t], *b = &back[t];
    assert_true(a->condition == b->condition && a->n == b->n && a->n_out == b->n_out &&
                a->n_samples == b->n_samples);
    assert_true(a->t0_ms == b->t0_ms && a->dt_ms == b->dt_ms && a->spike_dt_ms == b->spike_dt_ms);
    assert_true(a->duration_ms == b->duration_ms && a->n_spikes == b->n_spikes);
    assert_memory_equal(a->out, b->out, sizeof data[t].out);
    assert_memory_equal(a->counts, b->counts, sizeof data[t].counts);
    assert_memory_equal(a->rates_end, b->rates_end, sizeof data[t].rates);
    assert_memory_equal(a->voltage, b->voltage, sizeof data[t].voltage);
  }
  assert_memory_equal(back[0].spikes, data[0].spikes, sizeof data[0].spikes);
  assert_null(back[1].spikes);
  assert_non_null(back[2].spikes); /* silent: nothing is missing */
  r2s_records_free(back, n);
  assert_ok(r2s_records_load(&back, &n, NULL, path, &err), &err);
  r2s_records_free(back, n);
  records[1].rates_end = NULL; /* not all have it: left out */
  records[0].voltage = NULL;
  assert_ok(r2s_records_save(records, TRIALS, &config, &info, path, &err), &err);
  assert_ok(r2s_records_load(&back, &n, &found, path, &err), &err);
  assert_true(!back[0].rates_end && !back[1].voltage);
  r2s_records_free(back, n);
  records[1].n_samples = 4;
  assert_int_equal(r2s_records_save(records, TRIALS, &config, &info, path, &err), R2S_ERR_ARG);
  assert_non_null(strstr(err.msg, "trial 1"));
}

static int64_t matched_of(const char *path) {
  int64_t value = -1;
  hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT), attribute = H5Aopen(file, "matched", H5P_DEFAULT);
  assert_true(attribute >= 0 && H5Aread(attribute, H5T_NATIVE_INT64, &value) >= 0);
  H5Aclose(attribute), H5Fclose(file);
  return value;
}

/* psc-alpha with its weight from the scale is told from psc-alpha by an attribute, not by the file's name
 * only. */
static void test_matched(void **state) {
  (void)state;
  char path[128];
  r2s_error err = {0};
  trial_data data[TRIALS];
  r2s_spike_record records[TRIALS], *back;
  r2s_spike_config config = {.model = R2S_SPIKE_PSC_ALPHA, .scale = 44, .weight_pa = 50};
  r2s_spike_info found, info = {.engine = "native"};
  int n;
  make_records(records, data);
  snprintf(path, sizeof path, "%s/matched.h5", fixture_folder());
  assert_ok(r2s_records_save(records, TRIALS, &config, &info, path, &err), &err);
  assert_int_equal(matched_of(path), 0);
  config.weight_pa = NAN;
  assert_ok(r2s_records_save(records, TRIALS, &config, &info, path, &err), &err);
  assert_int_equal(matched_of(path), 1);
  hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT); /* as a file of an earlier version */
  assert_true(H5Adelete(file, "matched") >= 0);
  H5Fclose(file);
  assert_ok(r2s_records_load(&back, &n, &found, path, &err), &err);
  assert_non_null(strstr(found.settings, "weight_pa=auto"));
  r2s_records_free(back, n);
}

static void test_records_that_contradict_themselves(void **state) {
  (void)state;
  char path[128];
  r2s_error err = {0};
  trial_data data[TRIALS];
  r2s_spike_record records[TRIALS], *back;
  r2s_spike_config config = {.model = R2S_SPIKE_LIF, .scale = 44};
  r2s_spike_info found, info = {.engine = "native"};
  int n;
  make_records(records, data);
  snprintf(path, sizeof path, "%s/wrong.h5", fixture_folder());
  assert_ok(r2s_records_save(records, TRIALS, &config, &info, path, &err), &err);
  int32_t units[6] = {0, 1, 2, UNITS, 0, 1};
  data[0].spikes[3].unit = UNITS;
  assert_int_equal(r2s_records_save(records, TRIALS, &config, &info, path, &err), R2S_ERR_ARG);
  assert_non_null(strstr(err.msg, "spike_unit"));
  change_dataset(path, "spike_unit", H5T_NATIVE_INT32, units);
  assert_int_equal(r2s_records_load(&back, &n, &found, path, &err), R2S_ERR_FORMAT);
  assert_non_null(strstr(err.msg, "spike_unit"));
  data[0].spikes[3].unit = units[3] = 0;
  assert_int_equal(r2s_records_save(records, TRIALS, &config, &info, path, &err), R2S_ERR_ARG);
  change_dataset(path, "spike_unit", H5T_NATIVE_INT32, units);
  assert_int_equal(r2s_records_load(&back, &n, &found, path, &err), R2S_ERR_FORMAT);
  assert_non_null(strstr(err.msg, "spike_unit: found more than 2 spikes of unit 0"));
  data[0].spikes[3].unit = 3;
  assert_ok(r2s_records_save(records, TRIALS, &config, &info, path, &err), &err);
  int64_t offset[TRIALS + 1] = {0, INT64_MAX, 6, 6};
  change_dataset(path, "spike_offset", H5T_NATIVE_INT64, offset);
  assert_int_equal(r2s_records_load(&back, &n, &found, path, &err), R2S_ERR_FORMAT);
  assert_non_null(strstr(err.msg, "spike_offset"));
  assert_null(back);
}

/* The same values in a file, which no save of ours writes. */
static void write_values(const char *path, const r2s_spike_record *record, const trial_data *data, int step) {
  uint32_t counts[TRIALS][UNITS];
  for (int t = 0; t < TRIALS; t++) memcpy(counts[t], data[t].counts, sizeof counts[t]);
  change_attribute(path, "duration_ms", H5T_NATIVE_DOUBLE, &record->duration_ms);
  change_attribute(path, "spike_dt_ms", H5T_NATIVE_DOUBLE, &record->spike_dt_ms);
  change_attribute(path, "sample_dt_ms", H5T_NATIVE_DOUBLE, &record->dt_ms);
  change_dataset(path, "counts", H5T_NATIVE_UINT32, counts);
  change_dataset(path, "spike_step", H5T_NATIVE_INT32, (int32_t[6]){100, 101, 102, 103, 104, step});
}

/* Times that no trial has, steps outside of it, counts that are not the spikes', nothing recorded: they were
 * once taken as they are, and figure 2 wrote outside of its bins. Neither saved nor read. */
static void test_records_of_impossible_values(void **state) {
  (void)state;
  const struct {
    const char *field;
    double duration_ms, spike_dt_ms, dt_ms;
    int step;
    uint32_t more;
    int n_samples, n_out;
  } cases[] = {{"duration_ms", 0, 0.05, 1, 100, 0, SAMPLES, 1},
               {"duration_ms", 1e300, 0.05, 1, 100, 0, SAMPLES, 1},
               {"duration_ms", 1e10, 5, 1, 100, 0, SAMPLES, 1},
               {"spike_dt_ms", 1000, -1, 1, 100, 0, SAMPLES, 1},
               {"spike_dt_ms", 1000, 1e300, 1, 100, 0, SAMPLES, 1},
               {"sample_dt_ms", 1000, 0.05, 0, 100, 0, SAMPLES, 1},
               {"out", 1000, 0.05, 1000, 100, 0, SAMPLES, 1},
               {"spike_step", 1000, 0.05, 1, -7, 0, SAMPLES, 1},
               {"spike_step", 1000, 0.05, 1, 0, 0, SAMPLES, 1},
               {"spike_step", 1000, 0.05, 1, 20001, 0, SAMPLES, 1},
               {"counts", 1000, 0.05, 1, 100, 1, SAMPLES, 1},
               {"out", 1000, 0.05, 1, 100, 0, 0, 1},
               {"out", 1000, 0.05, 1, 100, 0, SAMPLES, 0},
               {NULL, 1000, 0.05, 1, 20000, 0, SAMPLES, 1}};
  char path[128];
  trial_data data[TRIALS];
  r2s_spike_record records[TRIALS], *back;
  r2s_spike_config config = {.model = R2S_SPIKE_LIF, .scale = 44};
  r2s_spike_info found, info = {.engine = "native"};
  int n;
  snprintf(path, sizeof path, "%s/impossible.h5", fixture_folder());
  for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
    r2s_error err = {0};
    make_records(records, data);
    assert_ok(r2s_records_save(records, TRIALS, &config, &info, path, &err), &err);
    data[0].spikes[5].step = cases[c].step;
    data[1].counts[2] += cases[c].more;
    for (int t = 0; t < TRIALS; t++) {
      records[t].voltage = NULL;
      records[t].duration_ms = cases[c].duration_ms, records[t].spike_dt_ms = cases[c].spike_dt_ms;
      records[t].dt_ms = cases[c].dt_ms;
      records[t].n_samples = cases[c].n_samples, records[t].n_out = cases[c].n_out;
    }
    r2s_status st = r2s_records_save(records, TRIALS, &config, &info, path, &err);
    if (cases[c].field && (st != R2S_ERR_ARG || !strstr(err.msg, cases[c].field)))
      fail_msg("case %zu: saved: %d, \"%s\"; expected %s", c, st, err.msg, cases[c].field);
    if (cases[c].n_samples == 0 || cases[c].n_out == 0) continue;
    write_values(path, &records[0], data, cases[c].step);
    st = r2s_records_load(&back, &n, &found, path, &err);
    if (!cases[c].field) {
      assert_ok(st, &err);
      r2s_records_free(back, n);
      continue;
    }
    if (st != R2S_ERR_FORMAT || !strstr(err.msg, path) || !strstr(err.msg, cases[c].field))
      fail_msg("case %zu: status %d, \"%s\"; expected %s", c, st, err.msg, cases[c].field);
    assert_null(back);
  }
}

/* Numbers about the simulation that none has. */
static void test_records_of_an_impossible_simulation(void **state) {
  (void)state;
  const struct {
    double scale, build, simulate, difference;
    int64_t checked;
    const char *says;
  } cases[] = {{0, 1, 1, 0, 0, "attribute scale: found 0"},
               {-44, 1, 1, 0, 0, "attribute scale: found -44"},
               {44, -1, 1, 0, 0, "attribute build_seconds: found -1"},
               {44, 1, -2, 0, 0, "attribute simulate_seconds: found -2"},
               {44, 1, 1, -1e-9, 0, "attribute weights_max_difference_pa: found -1e-09"},
               {44, 1, 1, 0, -1, "attribute weights_checked: found -1"}};
  char path[128];
  trial_data data[TRIALS];
  r2s_spike_record records[TRIALS], *back;
  r2s_spike_info found;
  int n;
  make_records(records, data);
  snprintf(path, sizeof path, "%s/simulation.h5", fixture_folder());
  for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
    r2s_error err = {0};
    r2s_spike_config config = {.model = R2S_SPIKE_LIF, .scale = 44};
    r2s_spike_info info = {.engine = "native"};
    assert_ok(r2s_records_save(records, TRIALS, &config, &info, path, &err), &err);
    config.scale = cases[c].scale;
    info.build_seconds = cases[c].build, info.simulate_seconds = cases[c].simulate;
    info.weights_checked = cases[c].checked, info.weights_max_difference = cases[c].difference;
    assert_int_equal(r2s_records_save(records, TRIALS, &config, &info, path, &err), R2S_ERR_ARG);
    if (!strstr(err.msg, cases[c].says)) fail_msg("%s; expected %s", err.msg, cases[c].says);
    change_attribute(path, "scale", H5T_NATIVE_DOUBLE, &cases[c].scale);
    change_attribute(path, "build_seconds", H5T_NATIVE_DOUBLE, &cases[c].build);
    change_attribute(path, "simulate_seconds", H5T_NATIVE_DOUBLE, &cases[c].simulate);
    change_attribute(path, "weights_max_difference_pa", H5T_NATIVE_DOUBLE, &cases[c].difference);
    change_attribute(path, "weights_checked", H5T_NATIVE_INT64, &cases[c].checked);
    assert_int_equal(r2s_records_load(&back, &n, &found, path, &err), R2S_ERR_FORMAT);
    if (!strstr(err.msg, cases[c].says)) fail_msg("%s; expected %s", err.msg, cases[c].says);
  }
}

/* What is no number, and a text without an end, is not saved. */
static void test_records_without_numbers(void **state) {
  (void)state;
  char path[128];
  trial_data data[TRIALS];
  r2s_spike_record records[TRIALS];
  r2s_spike_config config = {.model = R2S_SPIKE_LIF, .scale = 44};
  make_records(records, data);
  snprintf(path, sizeof path, "%s/no_number.h5", fixture_folder());
  for (int k = 0; k < 6; k++) {
    static const char *const says[] = {"spike_dt_ms", "t0_ms",  "build_seconds",
                                       "engine",      "trials", "spiking model 77; expected 0 to 3"};
    config.model = k == 5 ? (r2s_spike_model)77 : R2S_SPIKE_LIF;
    r2s_error err = {0};
    r2s_spike_info info = {.engine = "native", .build_seconds = k == 2 ? NAN : 1};
    if (k == 3) memset(info.engine, 'x', sizeof info.engine);
    if (k == 4) memset(info.trials, 'x', sizeof info.trials);
    for (int t = 0; t < TRIALS; t++)
      records[t].spike_dt_ms = k == 0 ? NAN : 0.05, records[t].t0_ms = k == 1 ? INFINITY : 1;
    assert_int_equal(r2s_records_save(records, TRIALS, &config, &info, path, &err), R2S_ERR_ARG);
    if (!strstr(err.msg, says[k])) fail_msg("%s; expected %s", err.msg, says[k]);
  }
}

/* Two simulations have the same text where what they were simulated with is the same, and only there. */
static void test_settings(void **state) {
  (void)state;
  char usual[R2S_SETTINGS_SIZE], found[R2S_SETTINGS_SIZE], other[R2S_SETTINGS_SIZE];
  r2s_spike_config config = r2s_spike_config_default(R2S_SPIKE_LIF), changed;
  r2s_spike_settings(&config, usual);
  assert_non_null(strstr(usual, "tau_m_ms=10 t_ref_ms=2 v_th_mv=-40 "));
  assert_non_null(strstr(usual, " tau_of_sender=false"));
  assert_null(strstr(usual, "c_m_pf"));

  changed = config; /* neither the scale, nor what changes no result, nor what the model does not read */
  changed.scale = 20, changed.reference = true, changed.threads = 7, changed.c_m_pf = 250;
  r2s_spike_settings(&changed, found);
  assert_string_equal(found, usual);
  r2s_spike_settings_other(found, usual, other);
  assert_string_equal(other, "");

  changed.neuron.noise_mv = 0, changed.tau_of_sender = true, changed.neuron.tau_m_ms = 1;
  r2s_spike_settings(&changed, found);
  r2s_spike_settings_other(found, usual, other);
  assert_string_equal(other, "tau_m_ms=1 noise_mv=0 tau_of_sender=true");

  config = r2s_spike_config_default(R2S_SPIKE_PSC_ALPHA);
  config.tau_syn_ms = config.delay_ms = NAN;
  r2s_spike_settings(&config, usual);
  assert_non_null(strstr(usual, " tau_syn_ms=auto delay_ms=auto readout_ms=5"));
  assert_true(strlen(usual) < R2S_SETTINGS_SIZE / 2); /* numbers may be three times as long */
  assert_null(strstr(usual, "tau_r_ms"));             /* readout N10 has no rise */
  config.weight_pa = config.e_l_mv = NAN;
  r2s_spike_settings(&config, usual);
  assert_non_null(strstr(usual, " v_bias_mv="));
  assert_non_null(strstr(usual, " tau_r_ms=2 "));

  config = r2s_spike_config_default(R2S_SPIKE_LIF_UNIT);
  config.readout_bias = true;
  r2s_spike_settings(&config, usual);
  assert_non_null(strstr(usual, " readout_bias=true"));
}

/* One kind of file under another's name is refused by its format, not by what it happens to lack. */
static void test_another_format_is_refused(void **state) {
  (void)state;
  char path[128];
  r2s_error err = {0};
  trial_data data[TRIALS];
  r2s_spike_record records[TRIALS], *back;
  r2s_spike_config config = {.model = R2S_SPIKE_LIF, .scale = NAN, .neuron = {.dt_ms = 0.05}};
  r2s_spike_info found, info = {.engine = "native"};
  r2s_rate_traces traces;
  int n;
  make_records(records, data);
  snprintf(path, sizeof path, "%s/other.h5", fixture_folder());
  assert_ok(r2s_records_save(records, TRIALS, &config, &info, path, &err), &err);
  assert_int_equal(r2s_rate_traces_load(&traces, path, &err), R2S_ERR_FORMAT);
  assert_non_null(
      strstr(err.msg, "attribute format: found \"rate2spike spikes\"; expected \"rate2spike rate\""));
  double out[] = {1}, mean[] = {0.5};
  int conditions[] = {0};
  traces = (r2s_rate_traces){.n_trials = 1,
                             .n_samples = 1,
                             .n_out = 1,
                             .n = 1,
                             .dt_ms = 1,
                             .conditions = conditions,
                             .out = out,
                             .mean_rate = mean};
  assert_ok(r2s_rate_traces_save(&traces, path, &err), &err);
  assert_int_equal(r2s_records_load(&back, &n, &found, path, &err), R2S_ERR_FORMAT);
  assert_non_null(strstr(err.msg, "expected \"rate2spike spikes\""));
}

static void load_run_json(const char *text, const char *says) {
  char path[128];
  r2s_error err = {0};
  json_t *json;
  snprintf(path, sizeof path, "%s/run.json", fixture_folder());
  assert_ok(r2s_io_write_atomic(path, text, strlen(text), &err), &err);
  r2s_status st = r2s_io_run_json_load(&json, path, &err);
  if (!says) {
    assert_ok(st, &err);
    json_decref(json);
    return;
  }
  if (st != R2S_ERR_FORMAT || !strstr(err.msg, path) || !strstr(err.msg, says))
    fail_msg("%s: status %d, \"%s\"; expected \"%s\"", text, st, err.msg, says);
  assert_null(json);
}

/* Each was once printed as it is, cut, or taken for 0. */
static void test_run_json_of_impossible_values(void **state) {
  (void)state;
  static const char *const cases[][2] = {
      {"{", ":1:1: "},
      {"[1]", "not an object; expected the JSON object that rate2spike writes"},
      {"{\"seed\": 1, \"seed\": 2}", "duplicate object key"},
      {"{\"stages\": [1, 2]}", ": stages: found [1,2]; expected an object"},
      {"{\"stages\": {\"train\": 5}}", ": stages.train: found 5; expected an object"},
      {"{\"stages\": {\"train\": {\"accuracy\": 7.5}}}", "stages.train.accuracy: found 7.5; expected 0 to 1"},
      {"{\"stages\": {\"train\": {\"accuracy\": \"1\"}}}", "accuracy: found \"1\"; expected 0 to 1"},
      {"{\"stages\": {\"train\": {\"n\": 4294967301}}}", "stages.train.n: found 4294967301; expected an int"},
      {"{\"stages\": {\"train\": {\"n\": 5.5}}}", "stages.train.n: found 5.5; expected an integer from 0"},
      {"{\"stages\": {\"train\": {\"ci95\": [0, 2]}}}", "ci95: found [0,2]; expected a list of two"},
      {"{\"stages\": {\"train\": {\"ci95\": [0.5, null]}}}",
       "ci95: found [0.5,null]; expected a list of two"},
      {"{\"stages\": {\"train\": {\"ci95\": [null, 0]}}}", "ci95: found [null,0]; expected a list of two"},
      {"{\"stages\": {\"train\": {\"ci95\": [0.6, 0.5]}}}", "ci95: found [0.6,0.5]; expected a list of two"},
      {"{\"stages\": {\"train\": {\"ci95\": [0]}}}", "ci95: found [0]; expected a list of two"},
      {"{\"stages\": {\"train\": {\"stop\": 5}}}", "stages.train.stop: found 5; expected a text"},
      {"{\"stages\": {\"train\": {\"steps\": 1e300}}}", "stages.train.steps: found 1e300; expected an int"},
      {"{\"stages\": {\"train\": {\"seconds\": 1e300}}}", "expected 0 or more, below 1e12"},
      {"{\"seconds\": -1}", ": seconds: found -1; expected 0 or more"},
      {"{\"stages\": {\"convert\": {\"scales\": [{}, {\"n\": -3}]}}}",
       "stages.convert.scales[1].n: found -3"},
      {"{\"stages\": {\"convert\": {\"scales\": [null]}}}", "scales[0]: found null; expected an object"},
      {"{\"stages\": {\"convert\": {\"scales\": {}}}}", "scales: found {}; expected a list"},
      {"{\"stages\": {\"sim-nest\": {\"models\": {\"x\": 1}}}}",
       "stages.sim-nest.models.x: found 1; expected"},
      {"{\"stages\": {\"lif-unit\": {\"lambda1\": {\"go\": \"1\"}}}}",
       "lambda1.go: found \"1\"; expected a num"},
      {"{\"stages\": {\"train\": {\"stop\": \"a\\u001b[31mb\"}}}",
       "stages.train.stop: found \"a\\u001B[31mb\"; expected a text without control characters"},
      {"{\"stages\": {\"sim-native\": {\"models\": {\"l\\u009bif\": {}}}}}",
       "stages.sim-native.models.l\\x9bif: found {}; expected another name, without control characters"},
      {"{\"commands\": [5, null]}", ": commands[0]: found 5; expected a text"},
      {"{\"commands\": [null]}", ": commands[0]: found null; expected a text"},
      {"{\"seed\": \"abc\"}", ": seed: found \"abc\"; expected an integer"},
      {"{\"certificate\": {\"verdict\": \"maybe\"}}",
       "certificate.verdict: found \"maybe\"; expected a verdict"},
      {"{\"certificate\": {\"engines\": [{\"judged\": 1}]}}", "engines[0].judged: found 1; expected true or"},
  };
  for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) load_run_json(cases[c][0], cases[c][1]);
}

/* Folders of earlier versions lack members, and conditions may be called as members are. */
static void test_run_json_that_is_taken(void **state) {
  (void)state;
  load_run_json("{}", NULL);
  load_run_json("{\"commands\": [\"rate2spike run -o 'two\\nlines'\"]}", NULL);
  load_run_json(
      "{\"seed\": \"18446744073709551615\", \"certificate\": null, \"stages\": {\"convert\": null}}", NULL);
  load_run_json("{\"certificate\": {\"verdict\": \"too few trials to say\", \"later\": [7]}}", NULL);
  load_run_json("{\"stages\": {\"train\": {\"accuracy\": null, \"ci95\": [null, null], \"n\": 2147483647}}}",
                NULL);
  load_run_json("{\"stages\": {\"train\": {\"conditions\": {\"n\": {\"accuracy\": 1}, \"stop\": null}}}}",
                NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_another_format_is_refused),
      cmocka_unit_test(test_records_without_numbers),
      cmocka_unit_test(test_settings),
      cmocka_unit_test(test_recorded_run),
      cmocka_unit_test(test_checkpoint),
      cmocka_unit_test(test_checkpoint_changed_by_others),
      cmocka_unit_test(test_checkpoint_of_another_size),
      cmocka_unit_test(test_rate_traces),
      cmocka_unit_test(test_rate_traces_of_nothing),
      cmocka_unit_test(test_trials_of_another_task),
      cmocka_unit_test(test_records),
      cmocka_unit_test(test_units),
      cmocka_unit_test(test_matched),
      cmocka_unit_test(test_records_that_contradict_themselves),
      cmocka_unit_test(test_records_of_impossible_values),
      cmocka_unit_test(test_run_json_of_impossible_values),
      cmocka_unit_test(test_run_json_that_is_taken),
      cmocka_unit_test(test_records_of_an_impossible_simulation),
  };
  return cmocka_run_group_tests(tests, fixture_make_folder, fixture_remove_folder);
}
