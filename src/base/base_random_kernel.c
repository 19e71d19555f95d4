/* SPDX-License-Identifier: MIT
 * Normals, 32 at a time: xoshiro128+ in 16 lanes and Box-Muller; and shared ones, 224 at a time. Compiled
 * once per instruction set. */
#include "base/base_random.h"
#include "base/base_vector.h"

/* Parts of the 16 lanes that are taken side by side: with SSE2 and NEON the two among which lanes are
 * exchanged. */
enum { TOGETHER = R2S_VW == 4 ? 2 : 1 };

R2S_INLINE r2s_vu rotate(r2s_vu x, int k) {
  return (x << k) | (x >> (32 - k));
}

/* xoshiro128+ 1.0, all lanes one step; on AVX-512, which takes three operands, its exclusive ors in threes */
R2S_INLINE r2s_vu next(r2s_vu s[4]) {
  r2s_vu result = s[0] + s[3], shifted = s[1] << 9;
#if R2S_VW == 16
  r2s_vu s2 = s[2] ^ s[0] ^ shifted, s3 = rotate(s[3] ^ s[1], 11);
  r2s_vu s1 = s[1] ^ s[2] ^ s[0], s0 = s[0] ^ s[3] ^ s[1];
  s[0] = s0, s[1] = s1, s[2] = s2, s[3] = s3;
#else
  s[2] ^= s[0], s[3] ^= s[1], s[1] ^= s[2], s[0] ^= s[3], s[2] ^= shifted;
  s[3] = rotate(s[3], 11);
#endif
  return result;
}

/* The best polynomials of their degree for the largest error (Remez, Lawson): -2 ln(1 + x)/x for 1 + x in
 * [sqrt(1/2), sqrt(2)), relative 1.1e-6; sin(x)/x and cos(x) in x^2 for |x| <= pi/2, absolute 6e-7 and 5e-8.
 */
static const float log_c[] = {-2.00000195f,  1.00002226f,  -0.666290178f, 0.498194886f,
                              -0.409926587f, 0.373357072f, -0.237922093f};
static const float sin_c[] = {0.999996616f, -0.166648284f, 0.00830632524f, -0.000183636542f};
static const float cos_c[] = {0.999999953f, -0.499999054f, 0.0416635849f, -0.00138537054f, 2.31539521e-5f};
enum { LOG_DEGREE = 6, SIN_DEGREE = 3, COS_DEGREE = 4 };

/* p x + c of vectors side by side. */
R2S_INLINE void horner(r2s_vf *p, const r2s_vf *x, float c) {
  for (int v = 0; v < TOGETHER; v++) p[v] = r2s_vf_fused(p[v], x[v], r2s_vf_set(c));
}

/* TOGETHER vectors of pairs of words, as Box-Muller needs them. Word a gives the radius sqrt(-2 ln u) and, in
 * its first bit, the half plane; b the angle in it. u = 2^e (1 + x), 1 + x in [sqrt(1/2), sqrt(2)). */
typedef struct words {
  r2s_vf x[TOGETHER], angle[TOGETHER];
  r2s_vi exponent[TOGETHER]; /* e 2^23 */
  r2s_vu plane[TOGETHER];    /* the first bit is a's */
  r2s_vu signs[TOGETHER];    /* of the copies; for shared normals only */
} words;

/* Words of the generators. Their last bits, which are the weak ones, are lost in the rounding to float but
 * for radii far out. */
R2S_INLINE void draw(r2s_vu s[TOGETHER][4], bool signs, words *out) {
  r2s_vu a[TOGETHER], b[TOGETHER];
  for (int v = 0; v < TOGETHER; v++) a[v] = next(s[v]);
  for (int v = 0; v < TOGETHER; v++) b[v] = next(s[v]);
  for (int v = 0; v < TOGETHER && signs; v++) out->signs[v] = next(s[v]);
  for (int v = 0; v < TOGETHER; v++) {
    /* u in (0, 1]; the largest radius is sqrt(2 ln 2^32) = 6.66 */
    r2s_vf u = r2s_vf_fused(__builtin_convertvector((r2s_vi)(a[v] & 0x7fffffff), r2s_vf),
                            r2s_vf_set(0x1p-31f), r2s_vf_set(0x1p-32f));
    out->exponent[v] = ((r2s_vi)u - 0x3f3504f3) & (int32_t)0xff800000;
    out->x[v] = (r2s_vf)((r2s_vi)u - out->exponent[v]) - 1.0f;
    out->angle[v] = __builtin_convertvector((r2s_vi)b[v], r2s_vf) * 0x1.921fb6p-31f;
    out->plane[v] = a[v];
  }
}

/* Points of TOGETHER vectors: directions, and the squares of their radii. */
typedef struct points {
  r2s_vf square[TOGETHER], cosine[TOGETHER], sine[TOGETHER];
} points;

/* Logarithm, cosine and sine are long chains of operations; they are taken side by side, since a core looks
 * ahead to one or two vectors only. */
R2S_INLINE void find_points(const words *w, points *out) {
  const float ln2 = -2 * 0.693147180559945f * 0x1p-23f;
  r2s_vf square[TOGETHER], logarithm[TOGETHER], cosine[TOGETHER], sine[TOGETHER];
  for (int v = 0; v < TOGETHER; v++) {
    square[v] = w->angle[v] * w->angle[v];
    logarithm[v] = r2s_vf_set(log_c[LOG_DEGREE]);
    cosine[v] = r2s_vf_set(cos_c[COS_DEGREE]);
    sine[v] = r2s_vf_set(sin_c[SIN_DEGREE]);
  }
  for (int k = LOG_DEGREE - 1; k >= 0; k--) {
    horner(logarithm, w->x, log_c[k]);
    if (k < COS_DEGREE) horner(cosine, square, cos_c[k]);
    if (k < SIN_DEGREE) horner(sine, square, sin_c[k]);
  }
  for (int v = 0; v < TOGETHER; v++) {
    r2s_vf exponent = __builtin_convertvector(w->exponent[v], r2s_vf);
    out->square[v] = r2s_vf_fused(exponent, r2s_vf_set(ln2), w->x[v] * logarithm[v]);
    out->cosine[v] = (r2s_vf)((r2s_vu)cosine[v] ^ (w->plane[v] & 0x80000000));
    out->sine[v] = w->angle[v] * sine[v];
  }
}

/* Their coordinates: left and right normals. */
R2S_INLINE void find_normals(const points *p, r2s_vf *left, r2s_vf *right) {
  for (int v = 0; v < TOGETHER; v++) {
    const r2s_vf radius = r2s_vf_sqrt(p->square[v]);
    left[v] = radius * p->cosine[v];
    right[v] = radius * p->sine[v];
  }
}

/* The generators of TOGETHER neighbouring parts (R2S_VW lanes each). */
R2S_INLINE void load_generators(uint32_t state[4][R2S_LANES], int lane, r2s_vu s[TOGETHER][4]) {
  for (int p = 0; p < TOGETHER; p++)
    for (int k = 0; k < 4; k++) s[p][k] = r2s_vu_load(&state[k][lane + p * R2S_VW]);
}

R2S_INLINE void store_generators(uint32_t state[4][R2S_LANES], int lane, r2s_vu s[TOGETHER][4]) {
  for (int p = 0; p < TOGETHER; p++)
    for (int k = 0; k < 4; k++) r2s_vu_store(&state[k][lane + p * R2S_VW], s[p][k]);
}

R2S_INLINE float *put_normals(const points *now, float *out) {
  r2s_vf left[TOGETHER], right[TOGETHER];
  find_normals(now, left, right);
  for (int v = 0; v < TOGETHER; v++) {
    r2s_vf_store(out + v * R2S_VW, left[v]);
    r2s_vf_store(out + R2S_LANES + v * R2S_VW, right[v]);
  }
  return out + 2 * R2S_LANES;
}

/* Lanes l and l ^ k exchanged in a vector. */
#if R2S_VW == 16
#define R2S_EXCHANGED(v, k)                                                                                  \
  __builtin_shufflevector(v, v, 0 ^ (k), 1 ^ (k), 2 ^ (k), 3 ^ (k), 4 ^ (k), 5 ^ (k), 6 ^ (k), 7 ^ (k),      \
                          8 ^ (k), 9 ^ (k), 10 ^ (k), 11 ^ (k), 12 ^ (k), 13 ^ (k), 14 ^ (k), 15 ^ (k))
#elif R2S_VW == 8
#define R2S_EXCHANGED(v, k)                                                                                  \
  __builtin_shufflevector(v, v, 0 ^ (k), 1 ^ (k), 2 ^ (k), 3 ^ (k), 4 ^ (k), 5 ^ (k), 6 ^ (k), 7 ^ (k))
#else
#define R2S_EXCHANGED(v, k) __builtin_shufflevector(v, v, 0 ^ (k), 1 ^ (k), 2 ^ (k), 3 ^ (k))
#endif

/* Copy k of the two fresh normals. The first bits of signs, one after the other, are their signs. */
#define R2S_COPY(k)                                                                                          \
  for (int side = 0; side < 2; side++)                                                                       \
    for (int p = 0; p < TOGETHER; p++) {                                                                     \
      r2s_vf other = R2S_EXCHANGED(fresh[side][p ^ ((k) / R2S_VW)], (k) % R2S_VW);                           \
      r2s_vu sign = (signs[p] << (2 * ((k)-1) + side)) & 0x80000000;                                         \
      r2s_vf_store(out + (2 * (k) + side) * R2S_LANES + p * R2S_VW, (r2s_vf)((r2s_vu)other ^ sign));         \
    }

/* Both return where the next block begins. */
R2S_INLINE float *put_shared(const points *now, const r2s_vu *signs, float *out) {
  r2s_vf fresh[2][TOGETHER];
  find_normals(now, fresh[0], fresh[1]);
  for (int side = 0; side < 2; side++)
    for (int p = 0; p < TOGETHER; p++) r2s_vf_store(out + side * R2S_LANES + p * R2S_VW, fresh[side][p]);
  R2S_COPY(1);
  R2S_COPY(2);
  R2S_COPY(3);
  R2S_COPY(4);
  R2S_COPY(5);
  R2S_COPY(6);
  return out + R2S_SHARED_BLOCK;
}

/* Blocks of TOGETHER parts' generators; out: the first part's. While a block's polynomials are on their way,
 * the next one's words are drawn, and the roots of the one before are taken: a core looks ahead to one or two
 * blocks only, and the chain within one is long. */
R2S_INLINE void fill_parts(r2s_vu s[TOGETHER][4], bool shared, float *out, size_t n_blocks) {
  words before, drawn, ahead;
  points last, now;
  draw(s, shared, &drawn);
  if (n_blocks > 1) draw(s, shared, &ahead);
  find_points(&drawn, &now);
  for (size_t block = 1; block < n_blocks; block++) {
    before = drawn, drawn = ahead, last = now;
    if (block + 1 < n_blocks) draw(s, shared, &ahead);
    if (!shared) out = put_normals(&last, out);
    find_points(&drawn, &now);
    if (shared) out = put_shared(&last, before.signs, out); /* its stores would hold up the polynomials */
  }
  if (shared)
    put_shared(&now, drawn.signs, out);
  else
    put_normals(&now, out);
}

R2S_INLINE void fill(uint32_t state[4][R2S_LANES], bool shared, float *out, size_t n_blocks) {
  if (!n_blocks) return;
  for (int lane = 0; lane < R2S_LANES; lane += TOGETHER * R2S_VW) {
    r2s_vu s[TOGETHER][4];
    load_generators(state, lane, s);
    fill_parts(s, shared, out + lane, n_blocks);
    store_generators(state, lane, s);
  }
}

void R2S_KERNEL(r2s_random_normal_blocks)(uint32_t state[4][R2S_LANES], float *out, size_t n_blocks) {
  fill(state, false, out, n_blocks);
}

void R2S_KERNEL(r2s_random_shared_blocks)(uint32_t state[4][R2S_LANES], float *out, size_t n_blocks) {
  fill(state, true, out, n_blocks);
}
