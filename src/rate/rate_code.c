/* SPDX-License-Identifier: MIT
 * Writes the machine code of a sparse product. Memory is either writable or executable, never both. */
#include "rate/rate_code.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/base_memory.h"

enum { LANE_BYTES = 64, REACH = 128 /* places that a one-byte offset reaches, before and behind */ };

/* What one of each takes: instruction with an operand in memory, zeroing of a register, step of a pointer. */
enum { MEMORY_BYTES = 7, ZERO_BYTES = 6, STEP_BYTES = 7 };

int r2s_rate_code_tiles(int n) {
  return (n + R2S_RATE_TILE_ROWS - 1) / R2S_RATE_TILE_ROWS;
}

/* Whether code is faster than lists. */
static bool is_faster(int n, size_t links) {
  const size_t loads = (size_t)r2s_rate_code_tiles(n) * (size_t)n;
  return links <= R2S_RATE_CODE_MOST_LINKS &&
         (n <= R2S_RATE_CODE_NEAR_UNITS || 4 * links >= R2S_RATE_CODE_FAR_LINKS * loads);
}

r2s_status r2s_rate_code_create(r2s_rate_code *code, int n, size_t links, r2s_isa isa, r2s_error *err) {
  r2s_status st = R2S_OK;
  r2s_rate_code made = {0};
  const char *wish = getenv("R2S_CODE");
  size_t tiles = (size_t)r2s_rate_code_tiles(n), loads = tiles * (size_t)n;
  bool wanted = isa == R2S_ISA_AVX512 && is_faster(n, links) && !(wish && strcmp(wish, "off") == 0);
  if (wanted) {
    size_t steps = links / REACH + tiles * ((size_t)n / REACH), rows = tiles * R2S_RATE_TILE_ROWS;
    size_t capacity = ((links < loads ? links : loads) + links + rows) * MEMORY_BYTES + rows * ZERO_BYTES +
                      steps * STEP_BYTES + tiles;
    void *memory = mmap(NULL, capacity, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory != MAP_FAILED) made.memory = memory, made.capacity = capacity;
  }
  if (made.capacity) {
    R2S_ALLOC(st, &made.cell, loads + 1, "code", err);
    R2S_ALLOC(st, &made.row, links, "code", err);
  }
done:
  *code = made;
  if (st != R2S_OK) r2s_rate_code_free(code);
  return st;
}

void r2s_rate_code_free(r2s_rate_code *code) {
  if (code->capacity) munmap(code->memory, code->capacity);
  free(code->cell);
  free(code->row);
  *code = (r2s_rate_code){0};
}

/* An instruction of the EVEX encoding with 512-bit registers (Intel's manual, volume 2, section 2.7), without
 * its operands behind the ModR/M byte. map 1: 0F, 2: 0F 38; prefix 0: none, 1: 66. */
typedef struct instruction {
  int map, prefix, opcode;
} instruction;
static const instruction load_floats = {1, 0, 0x10}, store_floats = {1, 0, 0x11}, exclusive_or = {1, 1, 0xef},
                         multiply_add = {2, 1, 0xb8};

enum { W = 7 /* rdi */, Y = 6 /* rsi */, OUT = 2 /* rdx: the arguments of r2s_rate_tile_code */ };

/* The first five bytes: prefix and opcode, for registers `to` and `with`; low: the bits X and B, inverted. */
static unsigned char *put_head(unsigned char *at, instruction op, int to, int with, int low, bool broadcast) {
  *at++ = 0x62;
  *at++ = (unsigned char)((~to >> 3 & 1) << 7 | low << 5 | (~to >> 4 & 1) << 4 | op.map);
  *at++ = (unsigned char)((~with & 15) << 3 | 4 | op.prefix);
  *at++ = (unsigned char)(0x40 | broadcast << 4 | (~with >> 4 & 1) << 3);
  *at++ = (unsigned char)op.opcode;
  return at;
}

/* A pointer to an array that code walks upwards. */
typedef struct pointer {
  int base; /* its register */
  int at;   /* the place that it points to */
} pointer;

/* op to, with, [the place `index` of the array]: the one-byte offset counts places. */
static unsigned char *put_memory(unsigned char *at, instruction op, int to, int with, const pointer *p,
                                 int index, bool broadcast) {
  at = put_head(at, op, to, with, 3, broadcast);
  *at++ = (unsigned char)(0x40 | (to & 7) << 3 | p->base);
  *at++ = (unsigned char)(index - p->at);
  return at;
}

/* add base, bytes: where the next place is out of reach, so that it is the first one within */
static unsigned char *put_step(unsigned char *at, pointer *p, int index, int place_bytes) {
  if (index - p->at < REACH) return at;
  int32_t bytes = (index + REACH - p->at) * place_bytes;
  p->at = index + REACH;
  *at++ = 0x48, *at++ = 0x81, *at++ = (unsigned char)(0xc0 | p->base);
  memcpy(at, &bytes, sizeof bytes);
  return at + sizeof bytes;
}

static unsigned char *put_zero(unsigned char *at, int to) {
  at = put_head(at, exclusive_or, to, to, (~to >> 4 & 1) << 1 | (~to >> 3 & 1), false);
  *at++ = (unsigned char)(0xc0 | (to & 7) << 3 | (to & 7));
  return at;
}

/* One tile: its sums zeroed, each sender's rates loaded once and multiplied into the rows that it has an edge
 * to, the sums stored. cell: of this tile's senders. */
static unsigned char *put_tile(unsigned char *at, const r2s_rate_code *code, int n, int rows,
                               const uint32_t *cell) {
  pointer w = {W, (int)cell[0]}, y = {Y, 0};
  const pointer out = {OUT, 0};
  int rates = R2S_RATE_TILE_ROWS;
  for (int r = 0; r < rows; r++) at = put_zero(at, r);
  for (int j = 0; j < n; j++) {
    if (cell[j] == cell[j + 1]) continue;
    rates = rates == 31 ? R2S_RATE_TILE_ROWS : rates + 1;
    at = put_step(at, &y, j, LANE_BYTES);
    at = put_memory(at, load_floats, rates, 0, &y, j, false);
    for (int link = (int)cell[j]; link < (int)cell[j + 1]; link++) {
      at = put_step(at, &w, link, sizeof(float));
      at = put_memory(at, multiply_add, code->row[link], rates, &w, link, true);
    }
  }
  for (int r = 0; r < rows; r++) at = put_memory(at, store_floats, r, 0, &out, r, false);
  *at++ = 0xc3; /* ret */
  return at;
}

/* Edges sorted by (tile, sender), rows ascending: at, code->cell, code->row. */
static void sort_links(r2s_rate_code *code, int n, size_t edges, const uint32_t *row, const uint32_t *sender,
                       uint32_t *at) {
  const uint32_t rows = R2S_RATE_TILE_ROWS;
  size_t cells = (size_t)r2s_rate_code_tiles(n) * (size_t)n;
  uint32_t *cell = code->cell, sum = 0;
  memset(cell, 0, (cells + 1) * sizeof *cell);
  for (size_t e = 0; e < edges; e++) cell[row[e] / rows * (uint32_t)n + sender[e]]++;
  for (size_t k = 0; k <= cells; k++) {
    uint32_t count = cell[k];
    cell[k] = sum;
    sum += count;
  }
  for (size_t e = 0; e < edges; e++) {
    at[e] = cell[row[e] / rows * (uint32_t)n + sender[e]]++;
    code->row[at[e]] = (uint8_t)(row[e] % rows);
  }
  memmove(cell + 1, cell, cells * sizeof *cell); /* each cell's end is the next one's beginning */
  cell[0] = 0;
}

/* The code of all tiles; false where the system does not let it be executed. */
static bool put_code(r2s_rate_code *code, int n, size_t edges, const uint32_t *row, const uint32_t *sender,
                     r2s_rate_tile *tile, uint32_t *at) {
  if (mprotect(code->memory, code->capacity, PROT_READ | PROT_WRITE) != 0) return false;
  sort_links(code, n, edges, row, sender, at);
  unsigned char *end = code->memory;
  for (int k = 0; k < r2s_rate_code_tiles(n); k++) {
    const uint32_t *cell = code->cell + (size_t)k * (size_t)n;
    int from = k * R2S_RATE_TILE_ROWS, to = from + R2S_RATE_TILE_ROWS < n ? from + R2S_RATE_TILE_ROWS : n;
    tile[k] = (r2s_rate_tile){.from = from, .to = to, .w = cell[0]};
    memcpy(&tile[k].product, &end, sizeof end);
    end = put_tile(end, code, n, to - from, cell);
  }
  return mprotect(code->memory, code->capacity, PROT_READ | PROT_EXEC) == 0;
}

bool r2s_rate_code_make(r2s_rate_code *code, int n, size_t edges, const uint32_t *row, const uint32_t *sender,
                        r2s_rate_tile *tile, uint32_t *at) {
  if (!code->capacity) return false;
  if (is_faster(n, edges) && put_code(code, n, edges, row, sender, tile, at)) return true;
  r2s_rate_code_free(code); /* it will be the same the next time: edges do not come back */
  return false;
}
