/* SPDX-License-Identifier: MIT
 * Whether all data of an HDF5 dataset are there. HDF5 1.10 gives zeros for a chunk that was never stored and,
 * without a word, what lies in memory behind data that are shorter than they should be; it crashes on a chunk
 * that is shorter than its checksum. */
#include <stdlib.h>
#include <zlib.h>

#include "io/io_h5.h"

/* What packs chunks, in this order. HDF5's other filters are not sure to survive damaged data. */
typedef enum filter { SHUFFLE, DEFLATE, FLETCHER32, FILTERS } filter;
enum { CHECKSUM = 4 /* bytes of FLETCHER32, at the end */ };

typedef struct chunks {
  hid_t set;
  int rank;
  hsize_t shape[H5S_MAX_RANK], extent[H5S_MAX_RANK]; /* of the dataset; of a chunk */
  size_t bytes;                                      /* of an unpacked chunk */
  int place[FILTERS];                                /* of each filter in the pipeline; -1: it is not there */
} chunks;

static r2s_status fail_absent(r2s_error *err) {
  return r2s_fail(err, R2S_ERR_FORMAT,
                  "damaged: its data, or a part of them, were never stored; expected all of them");
}

static r2s_status find_filters(hid_t create, chunks *c, r2s_error *err) {
  static const H5Z_filter_t known[FILTERS] = {H5Z_FILTER_SHUFFLE, H5Z_FILTER_DEFLATE, H5Z_FILTER_FLETCHER32};
  const int n = H5Pget_nfilters(create);
  int next = 0;
  for (int k = 0; k < FILTERS; k++) c->place[k] = -1;
  for (int k = 0; k < n; k++) {
    size_t none = 0;
    unsigned flags;
    const H5Z_filter_t id = H5Pget_filter2(create, (unsigned)k, &flags, &none, NULL, 0, NULL, NULL);
    while (next < FILTERS && known[next] != id) next++;
    if (next == FILTERS)
      return r2s_fail(err, R2S_ERR_FORMAT,
                      "found data packed by HDF5's filter %d as number %d; expected none but shuffle (2), "
                      "deflate (1) and Fletcher-32 (3), in this order",
                      (int)id, k + 1);
    c->place[next++] = k;
  }
  return R2S_OK;
}

/* *found: how many bytes there are when inflated; counting ends above `most`. */
static r2s_status inflated_size(uint8_t *packed, size_t size, size_t most, size_t *found, r2s_error *err) {
  uint8_t window[1 << 14];
  z_stream stream = {.next_in = packed, .avail_in = (uInt)size};
  int z = inflateInit(&stream);
  *found = 0;
  if (z != Z_OK) return r2s_fail(err, R2S_ERR_MEMORY, "no memory for zlib");
  while (z == Z_OK && *found <= most) {
    stream.next_out = window, stream.avail_out = sizeof window;
    z = inflate(&stream, Z_NO_FLUSH);
    *found += sizeof window - stream.avail_out;
  }
  inflateEnd(&stream);
  return z == Z_MEM_ERROR ? r2s_fail(err, R2S_ERR_MEMORY, "no memory for zlib") : R2S_OK;
}

static bool is_applied(const chunks *c, filter f, uint32_t skipped) {
  return c->place[f] >= 0 && !(skipped >> c->place[f] & 1);
}

static r2s_status compare_size(const chunks *c, hsize_t found, r2s_error *err) {
  const bool more = found > c->bytes; /* counting ended there */
  if (found == c->bytes) return R2S_OK;
  return r2s_fail(err, R2S_ERR_FORMAT, "damaged: found a chunk of its data with %s%zu bytes; expected %zu",
                  more ? "more than " : "", more ? c->bytes : (size_t)found, c->bytes);
}

/* A chunk as it is stored; skipped: bits of the filters that it did without. */
static r2s_status check_packed(const chunks *c, uint8_t *packed, size_t size, uint32_t skipped,
                               r2s_error *err) {
  const size_t checksum = is_applied(c, FLETCHER32, skipped) ? CHECKSUM : 0;
  size_t found = size < checksum ? 0 : size - checksum;
  if (is_applied(c, DEFLATE, skipped)) {
    const r2s_status st = inflated_size(packed, found, c->bytes, &found, err);
    if (st != R2S_OK) return st;
  }
  return compare_size(c, found, err);
}

/* packed [size]. HDF5 2 asks for the size, too. */
static herr_t read_chunk(const chunks *c, const hsize_t *offset, uint32_t *skipped, void *packed,
                         size_t size) {
#if H5_VERSION_GE(2, 0, 0)
  return H5Dread_chunk2(c->set, H5P_DEFAULT, offset, skipped, packed, &size);
#else
  (void)size;
  return H5Dread_chunk(c->set, H5P_DEFAULT, offset, skipped, packed);
#endif
}

static r2s_status check_chunk(const chunks *c, const hsize_t *offset, r2s_error *err) {
  hsize_t size = 0;
  uint32_t skipped = 0;
  if (H5Dget_chunk_storage_size(c->set, offset, &size) < 0 || size == 0) return fail_absent(err);
  /* packing may add a little; more is only a claim */
  if (size > 2 * (hsize_t)c->bytes + 64 || size > UINT32_MAX) return compare_size(c, size, err);
  uint8_t *packed = malloc(size);
  if (!packed) return r2s_fail(err, R2S_ERR_MEMORY, "no memory for a chunk of its data");
  const r2s_status st = read_chunk(c, offset, &skipped, packed, size) < 0
                            ? fail_absent(err)
                            : check_packed(c, packed, size, skipped, err);
  free(packed);
  return st;
}

/* False behind the last one. */
static bool next_chunk(const chunks *c, hsize_t *offset) {
  for (int k = c->rank; k-- > 0;) {
    offset[k] += c->extent[k];
    if (offset[k] < c->shape[k]) return true;
    offset[k] = 0;
  }
  return false;
}

/* Of data that are not packed: as many bytes as expected. */
static r2s_status check_all(hid_t set, hsize_t expected, r2s_error *err) {
  const hsize_t found = H5Dget_storage_size(set);
  if (found == expected) return R2S_OK;
  if (found == 0) return fail_absent(err);
  return r2s_fail(err, R2S_ERR_FORMAT, "damaged: found %llu bytes of data; expected %llu",
                  (unsigned long long)found, (unsigned long long)expected);
}

static r2s_status check_chunks(chunks *c, hid_t create, hid_t space, r2s_error *err) {
  hsize_t expected = 1, found = 0, offset[H5S_MAX_RANK] = {0};
  c->rank = H5Sget_simple_extent_dims(space, c->shape, NULL);
  if (c->rank < 1 || H5Pget_chunk(create, H5S_MAX_RANK, c->extent) != c->rank) return fail_absent(err);
  for (int k = 0; k < c->rank; k++) {
    if (c->extent[k] == 0 || c->bytes > UINT32_MAX / c->extent[k]) /* HDF5 has chunks below 4 GiB */
      return r2s_fail(err, R2S_ERR_FORMAT, "damaged: impossible chunks");
    expected *= c->shape[k] / c->extent[k] + (c->shape[k] % c->extent[k] != 0);
    c->bytes *= c->extent[k];
  }
  if (H5Dget_num_chunks(c->set, space, &found) < 0 || found != expected) return fail_absent(err);
  if (H5Pget_nfilters(create) == 0) return check_all(c->set, expected * c->bytes, err);
  r2s_status st = find_filters(create, c, err);
  do {
    if (st == R2S_OK) st = check_chunk(c, offset, err);
  } while (st == R2S_OK && next_chunk(c, offset));
  return st;
}

r2s_status r2s_h5_check_data(hid_t set, r2s_error *err) {
  r2s_status st;
  hid_t create = H5Dget_create_plist(set), space = H5Dget_space(set), type = H5Dget_type(set);
  chunks c = {.set = set, .bytes = type >= 0 ? H5Tget_size(type) : 0};
  const hssize_t count = space >= 0 ? H5Sget_simple_extent_npoints(space) : -1;
  if (create < 0 || c.bytes == 0 || count < 1)
    st = fail_absent(err);
  else if (H5Pget_layout(create) == H5D_CHUNKED)
    st = check_chunks(&c, create, space, err);
  else
    st = check_all(set, (hsize_t)count * c.bytes, err);
  if (type >= 0) H5Tclose(type);
  if (space >= 0) H5Sclose(space);
  if (create >= 0) H5Pclose(create);
  return st;
}
