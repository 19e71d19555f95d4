/* SPDX-License-Identifier: MIT
 * MAT files v5 (MATLAB's "MAT-File Format", 2019): a header of 128 bytes, then elements of a tag and data.
 * Every length is checked against what contains it before anything is read or allocated. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/base_memory.h"
#include "io/io_mat.h"

/* Types of elements (mi...). */
enum {
  TYPE_INT8 = 1,
  TYPE_UINT8,
  TYPE_INT16,
  TYPE_UINT16,
  TYPE_INT32,
  TYPE_UINT32,
  TYPE_SINGLE,
  TYPE_DOUBLE = 9,
  TYPE_INT64 = 12,
  TYPE_UINT64,
  TYPE_MATRIX,
  TYPE_COMPRESSED,
  TYPE_UTF8,
  TYPE_UTF16,
  TYPE_UTF32
};

/* Classes of arrays (mx...). */
static const char *const class_names[] = {"unknown", "cell",   "struct", "object", "char",     "sparse",
                                          "double",  "single", "int8",   "uint8",  "int16",    "uint16",
                                          "int32",   "uint32", "int64",  "uint64", "function", "opaque"};
enum { CLASS_CHAR = 4, CLASS_DOUBLE = 6, CLASS_UINT64 = 15, CLASS_COUNT = 18 };
enum { FLAG_COMPLEX = 0x800, FLAG_LOGICAL = 0x200 };

typedef struct cursor {
  const uint8_t *p;
  size_t left;
} cursor;

typedef struct element {
  uint32_t type;
  const uint8_t *data;
  size_t size;
} element;

static uint32_t get_u32(const uint8_t *p) {
  uint32_t value; /* the only byte order that is read (checked in the header) is that of our machines */
  memcpy(&value, p, sizeof value);
  return value;
}

/* Takes the next element; false where it does not fit into what is left. Elements are padded to 8 bytes,
 * compressed ones not; the padding of the last one may be absent. */
static bool next_element(cursor *at, element *out) {
  if (at->left < 8) return false;
  uint32_t first = get_u32(at->p);
  if (first >> 16) { /* small element: size and type in the first word, data in the second */
    *out = (element){first & 0xffff, at->p + 4, first >> 16};
    at->p += 8, at->left -= 8;
    return out->size <= 4;
  }
  *out = (element){first, at->p + 8, get_u32(at->p + 4)};
  if (out->size > at->left - 8) return false;
  size_t used = 8 + out->size;
  if (out->type != TYPE_COMPRESSED) used = (used + 7) / 8 * 8;
  if (used > at->left) used = at->left;
  at->p += used, at->left -= used;
  return true;
}

static size_t size_of_type(uint32_t type) {
  switch (type) {
  case TYPE_INT8:
  case TYPE_UINT8:
  case TYPE_UTF8:
    return 1;
  case TYPE_INT16:
  case TYPE_UINT16:
  case TYPE_UTF16:
    return 2;
  case TYPE_INT32:
  case TYPE_UINT32:
  case TYPE_SINGLE:
  case TYPE_UTF32:
    return 4;
  case TYPE_DOUBLE:
  case TYPE_INT64:
  case TYPE_UINT64:
    return 8;
  }
  return 0;
}

#define CONVERT(c_type)                                                                                      \
  do {                                                                                                       \
    for (size_t k = 0; k < count; k++) {                                                                     \
      c_type value;                                                                                          \
      memcpy(&value, data + k * sizeof value, sizeof value);                                                 \
      out[k] = (double)value;                                                                                \
    }                                                                                                        \
  } while (0)

/* Numbers are stored in the smallest type that holds them, whatever the class. */
static void convert(double *out, const uint8_t *data, uint32_t type, size_t count) {
  switch (type) {
  case TYPE_INT8:
    CONVERT(int8_t);
    break;
  case TYPE_UINT8:
  case TYPE_UTF8:
    CONVERT(uint8_t);
    break;
  case TYPE_INT16:
    CONVERT(int16_t);
    break;
  case TYPE_UINT16:
  case TYPE_UTF16:
    CONVERT(uint16_t);
    break;
  case TYPE_INT32:
    CONVERT(int32_t);
    break;
  case TYPE_UINT32:
  case TYPE_UTF32:
    CONVERT(uint32_t);
    break;
  case TYPE_SINGLE:
    CONVERT(float);
    break;
  case TYPE_DOUBLE:
    CONVERT(double);
    break;
  case TYPE_INT64:
    CONVERT(int64_t);
    break;
  case TYPE_UINT64:
    CONVERT(uint64_t);
    break;
  }
}

static r2s_status damaged(const r2s_mat *mat, const char *name, const char *what, r2s_error *err) {
  return r2s_fail(err, R2S_ERR_FORMAT, "%s: variable %s: damaged: %s", mat->path,
                  name[0] ? name : "(without a readable name)", what);
}

static bool parse_shape(const element *dims, r2s_mat_var *var) {
  if (dims->type != TYPE_INT32 || dims->size % 4 || dims->size < 8 || dims->size > 4 * R2S_MAT_RANK)
    return false;
  var->rank = (int)(dims->size / 4);
  var->count = 1;
  for (int k = 0; k < var->rank; k++) {
    uint32_t extent = get_u32(dims->data + 4 * k);
    if (extent > R2S_MAT_MAX_COUNT) return false;
    var->shape[k] = extent;
    var->count *= extent;
    if (var->count > R2S_MAT_MAX_COUNT) return false;
  }
  return true;
}

static bool parse_name(const element *name, r2s_mat_var *var) {
  if ((name->type != TYPE_INT8 && name->type != TYPE_UTF8) || name->size >= sizeof var->name) return false;
  for (size_t k = 0; k < name->size; k++)
    if (name->data[k] < 32 || name->data[k] > 126) return false;
  memcpy(var->name, name->data, name->size);
  return true;
}

/* Takes the next character of UTF-8; -1 where there is none. */
static int32_t next_character(cursor *at) {
  static const struct {
    uint8_t mask, lead;
  } forms[] = {{0x80, 0}, {0xe0, 0xc0}, {0xf0, 0xe0}, {0xf8, 0xf0}}; /* of 1 to 4 bytes */
  enum { FORMS = sizeof forms / sizeof *forms };
  if (at->left == 0) return -1;
  size_t more = 0;
  while (more < FORMS && (at->p[0] & forms[more].mask) != forms[more].lead) more++;
  if (more == FORMS || more >= at->left) return -1;
  int32_t character = at->p[0] & ~forms[more].mask;
  for (size_t k = 1; k <= more; k++) {
    if ((at->p[k] & 0xc0) != 0x80) return -1;
    character = character << 6 | (at->p[k] & 0x3f);
  }
  at->p += more + 1, at->left -= more + 1;
  return character;
}

/* A text in UTF-8 has more bytes than characters, which its shape counts. One that can't be decoded is no
 * reason to refuse the file: it stays without values, for whoever needs it to refuse. */
static void decode_utf8(const element *text, r2s_mat_var *var) {
  cursor at = {text->data, text->size};
  size_t n = 0;
  int32_t character = 0;
  for (; n < var->count && (character = next_character(&at)) >= 0; n++) var->values[n] = character;
  var->numeric = n == var->count && at.left == 0;
  if (!var->numeric) snprintf(var->class_name, sizeof var->class_name, "damaged char");
}

static r2s_status parse_values(r2s_mat *mat, cursor at, r2s_mat_var *var, r2s_error *err) {
  element real = {0};
  if (!(var->count == 0 && at.left == 0) && !next_element(&at, &real))
    return damaged(mat, var->name, "its values reach beyond its end", err);
  size_t size = size_of_type(real.type);
  bool fits = var->count == 0 || (size > 0 && real.size == var->count * size);
  bool utf8 = real.type == TYPE_UTF8 && strcmp(var->class_name, class_names[CLASS_CHAR]) == 0 &&
              var->count < real.size;
  if (!fits && !utf8)
    return r2s_fail(err, R2S_ERR_FORMAT,
                    "%s: variable %s: damaged: found %zu bytes of values of type %u; expected %zu values",
                    mat->path, var->name, real.size, (unsigned)real.type, var->count);
  r2s_status st = r2s_mat_alloc_values(mat, var, err);
  if (st != R2S_OK) return st;
  var->numeric = fits;
  if (fits)
    convert(var->values, real.data, real.type, var->count);
  else
    decode_utf8(&real, var);
  return R2S_OK;
}

/* One variable: flags, shape, name, values. */
static r2s_status parse_matrix(r2s_mat *mat, const uint8_t *data, size_t size, r2s_error *err) {
  cursor at = {data, size};
  element flags, dims, name;
  r2s_mat_var *var;
  r2s_status st = r2s_mat_add(mat, &var, err);
  if (st != R2S_OK) return st;
  if (size == 0) return R2S_OK;
  if (!next_element(&at, &flags) || flags.type != TYPE_UINT32 || flags.size != 8)
    return damaged(mat, "", "no array flags", err);
  uint32_t word = get_u32(flags.data), type = word & 0xff;
  if (type == 0 || type >= CLASS_COUNT) return damaged(mat, "", "it is of no class that MATLAB has", err);
  snprintf(var->class_name, sizeof var->class_name, "%s",
           word & FLAG_LOGICAL ? "logical" : class_names[type]);
  if (word & FLAG_COMPLEX) snprintf(var->class_name, sizeof var->class_name, "complex");
  if (type > CLASS_UINT64) return R2S_OK; /* functions and opaque objects have a layout of their own */
  if (!next_element(&at, &dims)) return damaged(mat, "", "no shape", err);
  if (!next_element(&at, &name) || !parse_name(&name, var)) return damaged(mat, "", "no name", err);
  /* programs differ in which of them they take */
  if (var->name[0] && r2s_mat_find(mat, var->name) != var)
    return r2s_fail(
        err, R2S_ERR_FORMAT,
        "%s: variable %s: found twice; expected once (Octave's save -append leaves the old one: load "
        "the file there, which takes the last, and save all of it)",
        mat->path, var->name);
  if (!parse_shape(&dims, var)) return damaged(mat, var->name, "impossible shape", err);
  bool plain = type == CLASS_CHAR || type >= CLASS_DOUBLE;
  if (!plain || (word & FLAG_COMPLEX)) return R2S_OK;
  return parse_values(mat, at, var, err);
}

static r2s_status fail_zlib(const r2s_mat *mat, r2s_error *err) {
  return r2s_fail(err, R2S_ERR_MEMORY, "%s: no memory for zlib", mat->path);
}

/* Inflates a compressed element: one matrix element, tag included. */
static r2s_status inflate_matrix(r2s_mat *mat, const element *packed, size_t offset, r2s_error *err) {
  r2s_status st = R2S_OK;
  uint8_t tag[8], *data = NULL;
  z_stream stream = {.next_in = (Bytef *)packed->data, .avail_in = (uInt)packed->size};
  if (inflateInit(&stream) != Z_OK) return fail_zlib(mat, err);
  stream.next_out = tag, stream.avail_out = sizeof tag;
  int z = inflate(&stream, Z_SYNC_FLUSH);
  size_t size = stream.avail_out == 0 ? get_u32(tag + 4) : 0;
  if (z == Z_MEM_ERROR) {
    st = fail_zlib(mat, err);
    goto done;
  }
  /* deflate packs at most 1032 bytes into one */
  if ((z != Z_OK && z != Z_STREAM_END) || stream.avail_out > 0 || get_u32(tag) != TYPE_MATRIX ||
      size / 1032 > packed->size || size / 8 > R2S_MAT_MAX_COUNT) {
    st = r2s_fail(err, R2S_ERR_FORMAT, "%s: damaged: the compressed variable at byte %zu is not one",
                  mat->path, offset);
    goto done;
  }
  /* matio packs up to 7 bytes of padding behind the variable, or counts 8 bytes too many; zlib's own checksum
   * at the stream's end tells that nothing is missing */
  R2S_TRY(st, r2s_alloc(&data, size + 7, 1, "compressed variable", err));
  stream.next_out = data, stream.avail_out = (uInt)size + 7;
  if (z == Z_OK) z = inflate(&stream, Z_FINISH);
  if (z == Z_MEM_ERROR) {
    st = fail_zlib(mat, err);
    goto done;
  }
  if (z != Z_STREAM_END) {
    st = r2s_fail(err, R2S_ERR_FORMAT,
                  "%s: damaged: the compressed variable at byte %zu can't be unpacked: %s", mat->path, offset,
                  stream.msg ? stream.msg : "it ends too early");
    goto done;
  }
  st = parse_matrix(mat, data, stream.total_out - sizeof tag, err);
done:
  inflateEnd(&stream);
  free(data);
  return st;
}

r2s_status r2s_mat5_read(r2s_mat *out, const uint8_t *bytes, size_t size, r2s_error *err) {
  enum { HEADER = 128 };
  cursor at = {bytes + HEADER, size - HEADER};
  while (at.left > 0) {
    size_t offset = size - at.left;
    element item;
    if (!next_element(&at, &item))
      return r2s_fail(
          err, R2S_ERR_FORMAT,
          "%s: truncated or damaged: the element at byte %zu reaches beyond the file's end (%zu bytes)",
          out->path, offset, size);
    r2s_status st;
    if (item.type == TYPE_COMPRESSED)
      st = inflate_matrix(out, &item, offset, err);
    else if (item.type == TYPE_MATRIX)
      st = parse_matrix(out, item.data, item.size, err);
    else
      st = r2s_fail(err, R2S_ERR_FORMAT,
                    "%s: damaged: element of type %u at byte %zu; expected a variable (14, 15)", out->path,
                    (unsigned)item.type, offset);
    if (st != R2S_OK) return st;
  }
  return R2S_OK;
}
