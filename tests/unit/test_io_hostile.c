/* SPDX-License-Identifier: MIT
 * Protects: readers of binary files against damaged and foreign ones. A file cut anywhere, with any byte
 * changed, or of another kind, is refused with a message that names it, or read as what it was; it never
 * crashes the program (run with the sanitizers as well) and never makes it take memory that the file does not
 * hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <hdf5.h>
#include <matio.h>
#include <sys/resource.h>

#include "io_model_fixture.h"

/* Of a damaged v7.3 file HDF5 1.10 itself keeps some memory; ours is all given back. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void) {
  return "leak:libhdf5";
}

typedef struct file {
  char *bytes;
  size_t size;
} file;

static char target[128]; /* the damaged copy */

static file read_file(const char *path) {
  r2s_error err = {0};
  file f;
  assert_ok(r2s_io_read_all(path, &f.bytes, &f.size, &err), &err);
  return f;
}

static void write_target(const void *bytes, size_t size) {
  FILE *out = fopen(target, "wb");
  assert_non_null(out);
  assert_int_equal(fwrite(bytes, 1, size, out), size);
  assert_int_equal(fclose(out), 0);
}

/* ---- loaders with one face: R2S_OK or a message that names the file ---- */

typedef r2s_status loader(r2s_error *err);

static r2s_model original; /* what a model file holds */
static bool same_as_original;

static r2s_status load_model(r2s_error *err) {
  r2s_model model;
  r2s_status st = r2s_model_load(&model, target, err);
  if (st == R2S_OK && same_as_original) assert_same_model(&original, &model);
  if (st != R2S_OK) assert_null(model.w);
  r2s_model_free(&model);
  return st;
}

static r2s_status inspect_model(r2s_error *err) {
  r2s_inspection found;
  r2s_status st = r2s_model_inspect(target, &found, NULL, err);
  if (st != R2S_OK) return st;
  int errors = 0;
  for (int k = 0; k < found.n_findings; k++) errors += found.findings[k].error;
  if (!found.loaded) assert_true(errors > 0);
  r2s_inspection_free(&found);
  return R2S_OK;
}

static r2s_status load_case(r2s_error *err) {
  r2s_case c;
  r2s_status st = r2s_case_load(&c, target, err);
  r2s_case_free(&c);
  return st;
}

static const unsigned char state_bytes[300] = {1, 2, 3};

static r2s_status load_checkpoint(r2s_error *err) {
  char hash[72];
  void *bytes;
  size_t size;
  r2s_status st = r2s_checkpoint_load(target, hash, &bytes, &size, err);
  if (st == R2S_OK) {
    assert_int_equal(size, sizeof state_bytes);
    assert_memory_equal(bytes, state_bytes, size);
  }
  free(bytes);
  return st;
}

static r2s_status load_traces(r2s_error *err) {
  r2s_rate_traces traces;
  r2s_status st = r2s_rate_traces_load(&traces, target, err);
  r2s_rate_traces_free(&traces);
  return st;
}

static r2s_status load_records(r2s_error *err) {
  r2s_spike_record *records;
  r2s_spike_info info;
  int n;
  r2s_status st = r2s_records_load(&records, &n, &info, target, err);
  if (st == R2S_OK) r2s_records_free(records, n);
  return st;
}

/* ---- files ---- */

/* Our model through another program's writer: matio, compressed or as v7.3. */
static void write_with_matio(const char *path, enum mat_ft version, enum matio_compression packed) {
  size_t n = (size_t)original.n, square[2] = {n, n}, column[2] = {n, 1}, row[2] = {1, n}, one[2] = {1, 1},
         two[2] = {1, 2};
  double count = (double)n, taus[2] = {4, 20};
  double *m = calloc(n * n, sizeof *m);
  for (size_t i = 0; i < n; i++) m[i * n + i] = original.sign[i];
  mat_t *mat = Mat_CreateVer(path, NULL, version);
  assert_non_null(mat);
  const struct {
    const char *name;
    size_t *shape;
    double *data;
  } vars[] = {{"w", square, original.w},
              {"m", square, m},
              {"w_in", column, original.w_in},
              {"w_out", row, original.w_out},
              {"taus", two, taus},
              {"taus_gaus", column, original.taus_gaus},
              {"N", one, &count}};
  for (size_t k = 0; k < sizeof vars / sizeof *vars; k++) {
    matvar_t *var =
        Mat_VarCreate(vars[k].name, MAT_C_DOUBLE, MAT_T_DOUBLE, 2, vars[k].shape, vars[k].data, 0);
    assert_int_equal(Mat_VarWrite(mat, var, packed), 0);
    Mat_VarFree(var);
  }
  Mat_Close(mat);
  free(m);
}

static file make_h5(void) {
  r2s_error err = {0};
  assert_ok(r2s_model_save_h5(&original, target, &err), &err);
  return read_file(target);
}

static file make_mat(void) {
  r2s_error err = {0};
  assert_ok(r2s_model_save_mat(&original, NULL, target, &err), &err);
  return read_file(target);
}

static file make_matio(enum mat_ft version, enum matio_compression packed) {
  write_with_matio(target, version, packed);
  return read_file(target);
}

static file make_checkpoint(void) {
  r2s_error err = {0};
  assert_ok(r2s_checkpoint_save(target, "abc", state_bytes, sizeof state_bytes, &err), &err);
  return read_file(target);
}

static file make_traces(void) {
  r2s_error err = {0};
  int conditions[2] = {0, 1};
  double values[12] = {1, 2};
  r2s_rate_traces traces = {.n_trials = 2,
                            .n_samples = 6,
                            .n_out = 1,
                            .n = 3,
                            .t0_ms = 5,
                            .dt_ms = 5,
                            .conditions = conditions,
                            .out = values,
                            .mean_rate = values};
  assert_ok(r2s_rate_traces_save(&traces, target, &err), &err);
  return read_file(target);
}

static file make_records(void) {
  r2s_error err = {0};
  double out[4] = {1, 2, 3, 4};
  uint32_t counts[2] = {1, 2};
  r2s_spike_event spikes[3] = {{0, 5}, {1, 6}, {1, 9}};
  r2s_spike_record records[2];
  r2s_spike_config config = {.model = R2S_SPIKE_LIF, .scale = 44};
  r2s_spike_info info = {.engine = "native"};
  for (int k = 0; k < 2; k++)
    records[k] = (r2s_spike_record){.condition = k,
                                    .n = 2,
                                    .n_out = 1,
                                    .n_samples = 4,
                                    .dt_ms = 1,
                                    .out = out,
                                    .counts = counts,
                                    .n_spikes = 3,
                                    .spikes = spikes,
                                    .spike_dt_ms = 0.05,
                                    .duration_ms = 4};
  assert_ok(r2s_records_save(records, 2, &config, &info, target, &err), &err);
  return read_file(target);
}

/* ---- damage ---- */

static bool refused(loader *load) {
  r2s_error err = {0};
  r2s_status st = load(&err);
  if (st == R2S_OK) return false;
  assert_int_equal(err.code, st);
  if (!strstr(err.msg, target)) fail_msg("the message does not name the file: %s", err.msg);
  return true;
}

/* Cut at every length near both ends and at `cuts` between: always refused. */
static void cut(file f, loader *load, size_t cuts) {
  for (size_t size = 0; size < f.size; size++) {
    if (size >= 64 && size + 64 < f.size && size % (f.size / cuts + 1) != 0) continue;
    write_target(f.bytes, size);
    if (!refused(load)) fail_msg("cut to %zu of %zu bytes, but it was read", size, f.size);
  }
}

/* The trailer behind our HDF5 files: cut off, it takes its checksum along, and the content is whole. */
enum { TRAILER = 16 };

static void cut_h5(file f, loader *load, size_t cuts) {
  f.size -= TRAILER;
  cut(f, load, cuts);
}

/* One byte changed, at every stride-th place. */
static void flip(file f, loader *load, size_t stride, unsigned char bits) {
  for (size_t k = 0; k < f.size; k += stride) {
    f.bytes[k] ^= (char)bits;
    write_target(f.bytes, f.size);
    (void)refused(load);
    f.bytes[k] ^= (char)bits;
  }
}

static void test_model_h5(void **state) {
  (void)state;
  file f = make_h5();
  same_as_original = true; /* checksums: whatever is still read is what was written */
  cut_h5(f, load_model, 100);
  flip(f, load_model, 3, 0x01);
  flip(f, load_model, 7, 0xff);
  same_as_original = false;
  flip(f, inspect_model, 31, 0x10);
  free(f.bytes);
}

static void test_model_mat(void **state) {
  (void)state;
  file f = make_mat();
  cut(f, load_model, 200);
  flip(f, load_model, 1, 0x01);
  flip(f, load_model, 1, 0x80);
  flip(f, load_model, 1, 0xff);
  flip(f, inspect_model, 1, 0x10);
  free(f.bytes);
}

static void test_compressed_mat(void **state) {
  (void)state;
  file f = make_matio(MAT_FT_MAT5, MAT_COMPRESSION_ZLIB);
  cut(f, load_model, 200);
  flip(f, load_model, 1, 0x01);
  flip(f, load_model, 1, 0xff);
  flip(f, inspect_model, 1, 0x10);
  free(f.bytes);
}

static void test_mat_v73(void **state) {
  (void)state;
  file f = make_matio(MAT_FT_MAT73, MAT_COMPRESSION_NONE);
  cut(f, load_model, 60);
  flip(f, load_model, 11, 0x01);
  flip(f, inspect_model, 17, 0xff);
  free(f.bytes);
}

/* A v7.3 file with w and enough others for HDF5 to store the list of them as a tree, as version 1.8 and later
 * may. w: of `type`. */
static void write_v73(hid_t type) {
  hid_t create = H5Pcreate(H5P_FILE_CREATE), access = H5Pcreate(H5P_FILE_ACCESS);
  hid_t space = H5Screate_simple(2, (const hsize_t[]){1, 2}, NULL);
  assert_true(H5Pset_userblock(create, 512) >= 0);
  assert_true(H5Pset_libver_bounds(access, H5F_LIBVER_V110, H5F_LIBVER_V110) >= 0);
  hid_t h5 = H5Fcreate(target, H5F_ACC_TRUNC, create, access);
  for (int k = 0; k < 20; k++) {
    char name[8] = "w";
    if (k > 0) snprintf(name, sizeof name, "v%d", k);
    hid_t set =
        H5Dcreate2(h5, name, k > 0 ? H5T_IEEE_F64LE : type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    const double values[2] = {4, 20};
    assert_true(set >= 0);
    if (k > 0) assert_true(H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
    assert_true(H5Dclose(set) >= 0);
  }
  assert_true(H5Fclose(h5) >= 0);
  H5Sclose(space), H5Pclose(access), H5Pclose(create);
}

/* HDF5 1.10 itself crashed where it sorts a damaged tree of names. */
static void test_mat_v73_with_a_tree_of_names(void **state) {
  (void)state;
  write_v73(H5T_IEEE_F64LE);
  file f = read_file(target);
  flip(f, load_model, 3, 0x01);
  flip(f, inspect_model, 5, 0xff);
  free(f.bytes);
}

/* All elements of an attribute are read where one was expected: they went over the stack. */
static void test_mat_v73_with_a_list_as_class(void **state) {
  (void)state;
  char classes[40][60];
  memset(classes, 'A', sizeof classes);
  write_with_matio(target, MAT_FT_MAT73, MAT_COMPRESSION_NONE);
  hid_t h5 = H5Fopen(target, H5F_ACC_RDWR, H5P_DEFAULT), w = H5Dopen2(h5, "w", H5P_DEFAULT);
  hid_t type = H5Tcopy(H5T_C_S1), space = H5Screate_simple(1, (const hsize_t[]){40}, NULL);
  assert_true(w >= 0 && H5Tset_size(type, sizeof *classes) >= 0 && H5Adelete(w, "MATLAB_class") >= 0);
  hid_t attribute = H5Acreate2(w, "MATLAB_class", type, space, H5P_DEFAULT, H5P_DEFAULT);
  assert_true(H5Awrite(attribute, type, classes) >= 0);
  H5Aclose(attribute), H5Sclose(space), H5Tclose(type), H5Dclose(w);
  assert_true(H5Fclose(h5) >= 0);
  r2s_error err = {0};
  assert_ok(load_model(&err), &err); /* of no class that is known: of numbers */
}

/* Whatever is no array of numbers was called a cell. */
static void test_mat_v73_of_other_classes(void **state) {
  (void)state;
  hid_t boolean = H5Tenum_create(H5T_STD_I8LE);
  assert_true(H5Tenum_insert(boolean, "TRUE", &(int8_t){1}) >= 0);
  const struct {
    hid_t type;
    const char *name;
  } classes[] = {{boolean, "class enum"}, {H5T_C_S1, "class string"}, {H5T_STD_REF_OBJ, "class cell"}};
  for (size_t k = 0; k < sizeof classes / sizeof *classes; k++) {
    r2s_error err = {0};
    r2s_inspection found;
    const r2s_finding *w = NULL;
    write_v73(classes[k].type);
    assert_ok(r2s_model_inspect(target, &found, NULL, &err), &err);
    for (int f = 0; f < found.n_findings; f++)
      if (strcmp(found.findings[f].variable, "w") == 0) w = &found.findings[f];
    if (!w || !strstr(w->text, classes[k].name)) fail_msg("%s: %s", classes[k].name, w ? w->text : "none");
    r2s_inspection_free(&found);
  }
  H5Tclose(boolean);
}

static void test_results(void **state) {
  (void)state;
  file checkpoint = make_checkpoint(), traces = make_traces(), records = make_records(),
       run = read_file(R2S_TEST_DATA "/lif64_nogo_25_double.mat");
  cut_h5(checkpoint, load_checkpoint, 60);
  flip(checkpoint, load_checkpoint, 3, 0xff);
  cut_h5(traces, load_traces, 60);
  flip(traces, load_traces, 5, 0x01);
  cut_h5(records, load_records, 60);
  flip(records, load_records, 5, 0xff);
  for (size_t size = 0; size < run.size; size += 997) { /* V and fr, behind the others, are not needed */
    write_target(run.bytes, size);
    (void)refused(load_case);
  }
  flip(run, load_case, 211, 0xff);
  free(checkpoint.bytes), free(traces.bytes), free(records.bytes), free(run.bytes);
}

/* ---- foreign files ---- */

static void test_files_of_another_kind(void **state) {
  (void)state;
  file checkpoint = make_checkpoint();
  loader *const all[] = {load_model, load_case, load_traces, load_records};
  static const char *const texts[] = {"", "x", "just a text that is no model at all\n"};
  for (size_t l = 0; l < sizeof all / sizeof *all; l++) {
    write_target(checkpoint.bytes, checkpoint.size);
    assert_true(refused(all[l]));
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
      write_target(texts[k], strlen(texts[k]));
      assert_true(refused(all[l]));
    }
  }
  free(checkpoint.bytes);
  file model = make_h5();
  write_target(model.bytes, model.size);
  assert_true(refused(load_checkpoint) && refused(load_traces) && refused(load_records) &&
              refused(load_case));
  free(model.bytes);
}

static void replace_dataset(const char *name, hid_t type, int rank, const hsize_t *shape, const void *data) {
  hid_t h5 = H5Fopen(target, H5F_ACC_RDWR, H5P_DEFAULT);
  assert_true(h5 >= 0 && H5Ldelete(h5, name, H5P_DEFAULT) >= 0);
  if (rank >= 0) {
    hid_t space = H5Screate_simple(rank, shape, NULL), create = H5Pcreate(H5P_DATASET_CREATE);
    hsize_t chunk[2] = {1, 1};
    if (!data) H5Pset_chunk(create, rank, chunk); /* a shape without data */
    hid_t set = H5Dcreate2(h5, name, type, space, H5P_DEFAULT, create, H5P_DEFAULT);
    assert_true(set >= 0);
    if (data) assert_true(H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) >= 0);
    H5Dclose(set), H5Sclose(space), H5Pclose(create);
  }
  assert_true(H5Fclose(h5) >= 0);
}

static void fresh_model(void) {
  r2s_error err = {0};
  assert_ok(r2s_model_save_h5(&original, target, &err), &err);
}

static void expect_refusal(const char *word1, const char *word2) {
  r2s_error err = {0};
  assert_int_not_equal(load_model(&err), R2S_OK);
  if (!strstr(err.msg, target) || !strstr(err.msg, word1) || !strstr(err.msg, word2)) fail_msg("%s", err.msg);
}

static void test_h5_with_wrong_datasets(void **state) {
  (void)state;
  double values[64] = {1};
  const hsize_t wrong[2] = {3, 5}, flat[1] = {49}, vast[2] = {1000000, 1000000}, square[2] = {7, 7},
                other[2] = {8, 8};
  fresh_model(), replace_dataset("w", H5T_NATIVE_DOUBLE, -1, NULL, NULL);
  expect_refusal("w", "missing");
  fresh_model(), replace_dataset("w", H5T_NATIVE_DOUBLE, 2, wrong, values);
  expect_refusal("3 x 5", "square");
  fresh_model(), replace_dataset("w_in", H5T_NATIVE_DOUBLE, 2, (const hsize_t[]){7, 0}, NULL);
  expect_refusal("w_in", "found no numbers; expected at least one");
  fresh_model(), replace_dataset("w", H5T_NATIVE_DOUBLE, 1, flat, values);
  expect_refusal("found 49", "expected any x any");
  fresh_model(), replace_dataset("w", H5T_NATIVE_DOUBLE, 2, vast, NULL);
  expect_refusal("1000000 x 1000000", "at most");
  fresh_model(), replace_dataset("w", H5T_NATIVE_DOUBLE, 2, square, NULL);
  expect_refusal("w", "never stored");
  fresh_model(), replace_dataset("som_mask", H5T_NATIVE_DOUBLE, 2, other, values);
  expect_refusal("som_mask", "found 8 x 8; expected 7 x 7");
  fresh_model(), replace_dataset("w_in", H5T_C_S1, 2, square, values);
  expect_refusal("w_in", "numbers");
  values[3] = NAN;
  fresh_model(), replace_dataset("w0", H5T_NATIVE_DOUBLE, 2, square, values);
  expect_refusal("w0", "row 1, column 4");
  values[3] = 0;
  fresh_model(), replace_dataset("sign", H5T_NATIVE_DOUBLE, 1, (const hsize_t[]){7}, values);
  expect_refusal("sign", "expected +1 or -1");
}

static void fresh_mat73(void) {
  write_with_matio(target, MAT_FT_MAT73, MAT_COMPRESSION_NONE);
}

/* w as one chunk with filters (bits: 1 shuffle, 2 deflate, 4 Fletcher-32, 8 scale-offset): `size` bytes as
 * they are, or (NULL) the original's values. */
static void pack_w(void (*fresh)(void), unsigned filters, const void *bytes, size_t size) {
  const hsize_t shape[2] = {7, 7}, first[2] = {0, 0};
  fresh();
  hid_t h5 = H5Fopen(target, H5F_ACC_RDWR, H5P_DEFAULT), space = H5Screate_simple(2, shape, NULL);
  hid_t create = H5Pcreate(H5P_DATASET_CREATE);
  assert_true(h5 >= 0 && H5Ldelete(h5, "w", H5P_DEFAULT) >= 0 && H5Pset_chunk(create, 2, shape) >= 0);
  if (filters & 1) assert_true(H5Pset_shuffle(create) >= 0);
  if (filters & 2) assert_true(H5Pset_deflate(create, 6) >= 0);
  if (filters & 4) assert_true(H5Pset_fletcher32(create) >= 0);
  if (filters & 8) assert_true(H5Pset_scaleoffset(create, H5Z_SO_FLOAT_DSCALE, 3) >= 0);
  hid_t set = H5Dcreate2(h5, "w", H5T_IEEE_F64LE, space, H5P_DEFAULT, create, H5P_DEFAULT);
  if (bytes)
    assert_true(H5Dwrite_chunk(set, H5P_DEFAULT, 0, first, size, bytes) >= 0);
  else
    assert_true(H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, original.w) >= 0);
  H5Pclose(create), H5Sclose(space);
  assert_true(H5Dclose(set) >= 0 && H5Fclose(h5) >= 0);
}

/* HDF5 1.10 took what lies in memory behind a chunk that was too short for weights, and crashed on one that
 * is shorter than its checksum, or whose checksum another filter covers. */
static void test_h5_with_chunks_of_wrong_size(void **state) {
  (void)state;
  static const unsigned char deflated[] = {0x78, 0x9c, 0x73, 0x74, 0x84, 0x00,
                                           0x00, 0x09, 0x2c, 0x02, 0x09}; /* 8 bytes */
  const char values[400] = {1};
  r2s_error err = {0};
  for (unsigned filters = 0; filters < 8; filters++) {
    pack_w(fresh_model, filters, NULL, 0);
    same_as_original = true;
    assert_ok(load_model(&err), &err);
    same_as_original = false;
    pack_w(fresh_mat73, filters, NULL, 0);
    assert_ok(load_model(&err), &err);
  }
  const struct {
    unsigned filters;
    size_t size;
    const void *bytes;
    const char *expected;
  } cases[] = {{0, 8, values, "found 8 bytes of data; expected 392"},
               {0, 400, values, "found 400 bytes of data; expected 392"},
               {1, 8, values, "found a chunk of its data with 8 bytes; expected 392"},
               {4, 3, values, "with 0 bytes; expected 392"},
               {2, sizeof deflated, deflated, "with 8 bytes; expected 392"},
               {3, sizeof deflated, deflated, "with 8 bytes; expected 392"},
               {12, 0, NULL, "packed by HDF5's filter 6 as number 2; expected none but shuffle (2)"}};
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    const bool odd = cases[k].filters == 0 || cases[k].filters == 12;
    if (odd && H5_VERSION_GE(2, 0, 0)) continue; /* HDF5 2 does not write such chunks */
    pack_w(fresh_mat73, cases[k].filters, cases[k].bytes, cases[k].size);
    expect_refusal("variable w", cases[k].expected);
    if (cases[k].filters == 0) continue; /* newer files don't tell the size of a chunk that is not packed */
    pack_w(fresh_model, cases[k].filters, cases[k].bytes, cases[k].size);
    expect_refusal("dataset w", cases[k].expected);
  }
}

/* The same of data within their object's header, which has no checksum in files of old versions. */
static void test_mat_v73_with_short_compact_data(void **state) {
  (void)state;
  const hsize_t shape[2] = {7, 7};
  const size_t bytes = 49 * sizeof(double);
  fresh_mat73();
  hid_t access = H5Pcreate(H5P_FILE_ACCESS), create = H5Pcreate(H5P_DATASET_CREATE);
  assert_true(H5Pset_libver_bounds(access, H5F_LIBVER_EARLIEST, H5F_LIBVER_LATEST) >= 0);
  hid_t h5 = H5Fopen(target, H5F_ACC_RDWR, access), space = H5Screate_simple(2, shape, NULL);
  assert_true(H5Ldelete(h5, "w", H5P_DEFAULT) >= 0 && H5Pset_layout(create, H5D_COMPACT) >= 0);
  hid_t set = H5Dcreate2(h5, "w", H5T_IEEE_F64LE, space, H5P_DEFAULT, create, H5P_DEFAULT);
  assert_true(H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, original.w) >= 0);
  H5Pclose(access), H5Pclose(create), H5Sclose(space);
  assert_true(H5Dclose(set) >= 0 && H5Fclose(h5) >= 0);
  r2s_error err = {0};
  assert_ok(load_model(&err), &err);
  file f = read_file(target);
  size_t at = 0;
  /* version 3 of a layout, compact (0), its size, the data; the old w may still lie about */
  const char head[4] = {3, 0, (char)(bytes & 0xff), (char)(bytes >> 8)};
  while (at + 4 + bytes < f.size &&
         (memcmp(f.bytes + at, head, 4) != 0 || memcmp(f.bytes + at + 4, original.w, bytes) != 0))
    at++;
  assert_true(at + 4 + bytes < f.size);
  f.bytes[at + 2] = 8, f.bytes[at + 3] = 0;
  write_target(f.bytes, f.size);
  /* HDF5 2 finds it itself */
  expect_refusal("variable w",
                 H5_VERSION_GE(2, 0, 0) ? "size of compact dataset" : "found 8 bytes of data; expected 392");
  free(f.bytes);
}

/* Replaces an attribute of the root by `count` of `type`, all 0. */
static void replace_attribute(const char *name, hid_t type, hsize_t count) {
  hid_t h5 = H5Fopen(target, H5F_ACC_RDWR, H5P_DEFAULT), space = H5Screate_simple(1, &count, NULL);
  assert_true(h5 >= 0 && H5Adelete(h5, name) >= 0);
  hid_t attribute = H5Acreate2(h5, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
  char *zeros = calloc(count, H5Tget_size(type));
  assert_true(attribute >= 0 && H5Awrite(attribute, type, zeros) >= 0);
  free(zeros);
  H5Aclose(attribute), H5Sclose(space);
  assert_true(H5Fclose(h5) >= 0);
}

static void test_h5_with_wrong_attributes(void **state) {
  (void)state;
  hid_t text = H5Tcopy(H5T_C_S1), wide = H5Tcopy(H5T_STD_I64LE);
  assert_true(H5Tset_size(text, 60) >= 0 && H5Tset_size(wide, 16) >= 0);
  fresh_model(), replace_attribute("dt_ms", text, 1);
  expect_refusal("dt_ms", "found 1 x string of 60 bytes; expected a single number of at most 8");
  fresh_model(), replace_attribute("recipe", text, 3);
  expect_refusal("recipe", "found 3 x string of 60 bytes; expected a single text");
  fresh_model(), replace_attribute("dale", H5T_IEEE_F64LE, 1);
  expect_refusal("dale", "found 1 x float of 8 bytes; expected a single integer");
  fresh_model(), replace_attribute("train_steps", wide, 1);
  expect_refusal("train_steps", "found 1 x integer of 16 bytes; expected a single integer of at most 8");
  H5Tclose(text), H5Tclose(wide);
}

/* A network that somebody edits in Python has texts of variable length (h5py's str); control characters of
 * any text stay out of the terminal. */
static void test_h5_texts_of_variable_length(void **state) {
  (void)state;
  const char *const value = "from\x1b[31mPython";
  hid_t text = H5Tcopy(H5T_C_S1), space = H5Screate(H5S_SCALAR);
  r2s_model model;
  r2s_error err = {0};
  fresh_model();
  assert_true(H5Tset_size(text, H5T_VARIABLE) >= 0);
  hid_t h5 = H5Fopen(target, H5F_ACC_RDWR, H5P_DEFAULT);
  assert_true(h5 >= 0 && H5Adelete(h5, "recipe") >= 0);
  hid_t attribute = H5Acreate2(h5, "recipe", text, space, H5P_DEFAULT, H5P_DEFAULT);
  assert_true(attribute >= 0 && H5Awrite(attribute, text, &value) >= 0);
  H5Aclose(attribute), H5Sclose(space), H5Tclose(text);
  assert_true(H5Fclose(h5) >= 0);
  if (r2s_model_load(&model, target, &err) != R2S_OK) fail_msg("%s", err.msg);
  assert_string_equal(model.recipe, "from?[31mPython");
  r2s_model_free(&model);
}

/* HDF5 makes room for an element of whatever size a file claims, twice. */
static void test_elements_that_claim_too_much(void **state) {
  (void)state;
  const size_t claim = ((size_t)1 << 32) - 8;
  char expected[64];
  hid_t type = H5Tcopy(H5T_STD_I64LE);
  assert_true(H5Tset_size(type, claim) >= 0);
  snprintf(expected, sizeof expected, "found elements of %zu bytes", claim);
  fresh_model(), replace_dataset("w", type, 2, (const hsize_t[]){7, 7}, NULL);
  expect_refusal("w", expected);
  write_v73(type);
  expect_refusal("variable w", expected);
  H5Tclose(type);
}

/* A matrix w without any values, whose tag has this type. */
static void write_w_without_values(uint32_t rows, uint32_t columns, uint32_t type) {
  const uint32_t words[] = {14, 48, 6, 8, 6, 0, 5, 8, rows, columns, 0x10001, 'w', type, 0};
  unsigned char whole[128 + sizeof words] = {0};
  memcpy(whole + 124, (const unsigned char[]){0, 1, 'I', 'M'}, 4);
  memcpy(whole + 128, words, sizeof words);
  write_target(whole, sizeof whole);
}

/* Of a type that there is not, whose values have no size. */
static void test_mat_values_of_no_type(void **state) {
  (void)state;
  r2s_error err = {0};
  write_w_without_values(1, 1, 10);
  assert_int_equal(load_model(&err), R2S_ERR_FORMAT);
  assert_non_null(strstr(err.msg, "found 0 bytes of values of type 10; expected 1 values"));
}

/* A tag may claim any size: nothing of that size is allocated. */
static void test_mat_that_claims_too_much(void **state) {
  (void)state;
  file f = make_mat();
  struct rlimit old, limit;
  for (size_t k = 128; k + 4 <= f.size; k += 4) {
    unsigned char saved[4];
    memcpy(saved, f.bytes + k, 4);
    memcpy(f.bytes + k, "\xff\xff\xff\x7f", 4);
    write_target(f.bytes, f.size);
    (void)refused(load_model);
    memcpy(f.bytes + k, saved, 4);
  }
  free(f.bytes);
  /* a shape of 2^26 values without any, under a limit of memory */
  write_w_without_values(1 << 13, 1 << 13, 9);
  r2s_error err = {0};
  assert_int_equal(getrlimit(RLIMIT_DATA, &old), 0);
  limit = old, limit.rlim_cur = (rlim_t)200 << 20;
  setrlimit(RLIMIT_DATA, &limit);
  r2s_status st = load_model(&err);
  setrlimit(RLIMIT_DATA, &old);
  assert_int_equal(st, R2S_ERR_FORMAT);
  assert_non_null(strstr(err.msg, "variable w"));
}

static int begin(void **state) {
  if (fixture_make_folder(state) != 0) return -1;
  snprintf(target, sizeof target, "%s/damaged", fixture_folder());
  fixture_model(&original, 7, 1, 1);
  for (int k = 0; k < 49; k++) original.w[k] = fabs(original.w[k]), original.w0[k] = fabs(original.w0[k]);
  return 0;
}

static int end(void **state) {
  r2s_model_free(&original);
  return fixture_remove_folder(state);
}

/* Replaces the dataset w of target by one of the same name, shape and type that lies in `other`. */
static void put_w_elsewhere(const char *other, int kind, const char *name) {
  const hsize_t n = (hsize_t)original.n, shape[2] = {n, n};
  hid_t h5 = H5Fopen(target, H5F_ACC_RDWR, H5P_DEFAULT), space = H5Screate_simple(2, shape, NULL);
  hid_t create = H5Pcreate(H5P_DATASET_CREATE), set = -1;
  assert_true(h5 >= 0 && space >= 0 && create >= 0);
  assert_true(H5Ldelete(h5, name, H5P_DEFAULT) >= 0);
  if (kind == 0) assert_true(H5Pset_external(create, other, 0, n * n * sizeof(double)) >= 0);
  if (kind == 1) assert_true(H5Pset_virtual(create, space, other, "w", space) >= 0);
  if (kind < 2) set = H5Dcreate2(h5, name, H5T_IEEE_F64LE, space, H5P_DEFAULT, create, H5P_DEFAULT);
  if (kind < 2) assert_true(set >= 0 && H5Dclose(set) >= 0);
  if (kind == 2) assert_true(H5Lcreate_external(other, "w", h5, name, H5P_DEFAULT, H5P_DEFAULT) >= 0);
  if (kind == 3) assert_true(H5Lcreate_soft("/elsewhere/w", h5, name, H5P_DEFAULT, H5P_DEFAULT) >= 0);
  if (kind == 3) assert_true(H5Lcreate_external(other, "/", h5, "elsewhere", H5P_DEFAULT, H5P_DEFAULT) >= 0);
  H5Pclose(create), H5Sclose(space), H5Fclose(h5);
}

/* A file from elsewhere must not bring in the content of other files of this machine. */
static void test_data_of_other_files(void **state) {
  (void)state;
  char other[140];
  snprintf(other, sizeof other, "%s.other", target);
  for (int mat = 0; mat < 2; mat++)
    for (int kind = 0; kind < 4; kind++) {
      r2s_error err = {0};
      r2s_model model;
      const char *paths[2] = {target, other};
      for (int p = 0; p < 2; p++) {
        if (mat)
          write_with_matio(paths[p], MAT_FT_MAT73, MAT_COMPRESSION_NONE);
        else
          assert_ok(r2s_model_save_h5(&original, paths[p], &err), &err);
      }
      put_w_elsewhere(other, kind, "w");
      assert_int_not_equal(r2s_model_load(&model, target, &err), R2S_OK);
      if (!strstr(err.msg, "another file") && !strstr(err.msg, "a link"))
        fail_msg("kind %d: %s", kind, err.msg);
      r2s_model_free(&model);
    }
  remove(other);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_model_h5),
      cmocka_unit_test(test_model_mat),
      cmocka_unit_test(test_compressed_mat),
      cmocka_unit_test(test_mat_v73),
      cmocka_unit_test(test_mat_v73_with_a_tree_of_names),
      cmocka_unit_test(test_mat_v73_with_a_list_as_class),
      cmocka_unit_test(test_mat_v73_of_other_classes),
      cmocka_unit_test(test_results),
      cmocka_unit_test(test_files_of_another_kind),
      cmocka_unit_test(test_h5_with_wrong_datasets),
      cmocka_unit_test(test_h5_with_chunks_of_wrong_size),
      cmocka_unit_test(test_mat_v73_with_short_compact_data),
      cmocka_unit_test(test_h5_with_wrong_attributes),
      cmocka_unit_test(test_h5_texts_of_variable_length),
      cmocka_unit_test(test_elements_that_claim_too_much),
      cmocka_unit_test(test_mat_values_of_no_type),
      cmocka_unit_test(test_mat_that_claims_too_much),
      cmocka_unit_test(test_data_of_other_files),
  };
  return cmocka_run_group_tests(tests, begin, end);
}
