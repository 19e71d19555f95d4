/* SPDX-License-Identifier: MIT
 * Lists of numbers: "20:5:75", "20,25,30", "44". */
#include <math.h>
#include <string.h>

#include "io/io_text.h"
#include "rate2spike/config.h"

/* Cuts the next item of `*text` at `mark` (blanks around it are dropped) and reads it; moves *text behind it,
 * or to NULL at the end. */
static bool next_number(const char **text, char mark, double *value) {
  char item[64];
  const char *start = *text, *end = strchr(start, mark);
  *text = end ? end + 1 : NULL;
  if (!end) end = start + strlen(start);
  while (start < end && *start == ' ') start++;
  while (start < end && end[-1] == ' ') end--;
  size_t n = (size_t)(end - start);
  if (n >= sizeof item) return false;
  memcpy(item, start, n);
  item[n] = 0;
  return r2s_text_to_double(item, value);
}

static r2s_status fail(const char *text, const char *why, r2s_error *err) {
  return r2s_fail(err, R2S_ERR_CONFIG,
                  "'%.200s': %s; expected first:step:last, numbers with commas, or one number", text, why);
}

static r2s_status parse_range(const char *text, double *values, int max, int *n, r2s_error *err) {
  double first, step, last;
  const char *p = text;
  if (!next_number(&p, ':', &first) || !p || !next_number(&p, ':', &step) || !p ||
      !next_number(&p, ':', &last) || p)
    return fail(text, "not three numbers", err);
  if (step == 0 || (last - first) / step < 0)
    return fail(text, "the step does not lead to the last value", err);
  double count = floor((last - first) / step + 1e-9) + 1;
  if (count > max) return r2s_fail(err, R2S_ERR_CONFIG, "'%.200s': more than %d values", text, max);
  for (*n = 0; *n < count; ++*n) values[*n] = first + *n * step;
  return R2S_OK;
}

r2s_status r2s_config_parse_list(const char *text, double *values, int max, int *n, r2s_error *err) {
  *n = 0;
  if (strchr(text, ':')) return parse_range(text, values, max, n, err);
  for (const char *p = text; p;) {
    double value;
    if (!next_number(&p, ',', &value)) return fail(text, "not numbers", err);
    if (*n == max) return r2s_fail(err, R2S_ERR_CONFIG, "'%.200s': more than %d values", text, max);
    values[(*n)++] = value;
  }
  return R2S_OK;
}
