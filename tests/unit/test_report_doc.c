/* SPDX-License-Identifier: MIT
 * Protects: one document, two files. Markdown and HTML say the same, and nothing from outside becomes markup.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/report_doc.h"
#include "report/report_format.h"

static r2s_text html_of(const r2s_doc *doc, const char *dir) {
  r2s_text out = {0};
  r2s_error err;
  assert_int_equal(r2s_doc_html(doc, "a <title>", dir, &out, &err), R2S_OK);
  return out;
}

static void test_both_formats(void **state) {
  (void)state;
  r2s_doc doc = {0};
  r2s_text markdown = {0};
  r2s_doc_heading(&doc, 2, "Part & parcel");
  r2s_doc_paragraph(&doc, "**100** %% of *n* < `a<b`, [paper](https://example.org/x)");
  r2s_doc_item(&doc, "one");
  r2s_doc_item(&doc, "two");
  r2s_doc_table(&doc, "lr", "Name|Value");
  r2s_doc_row(&doc);
  r2s_doc_cell(&doc, "%s", "a|b");
  r2s_doc_cell(&doc, "%d", 7);
  r2s_doc_row(&doc);
  r2s_doc_cell(&doc, "%s", "");
  r2s_doc_cell(&doc, "8");
  r2s_doc_fold(&doc, "more");
  r2s_doc_code(&doc, "x < y");
  r2s_doc_unfold(&doc);
  r2s_doc_markdown(&doc, ".", &markdown);
  assert_string_equal(markdown.data, "## Part &amp; parcel\n"
                                     "\n**100** % of *n* &lt; `a<b`, [paper](https://example.org/x)\n"
                                     "\n- one\n- two\n"
                                     "\n| Name | Value |\n|:--|--:|\n| a\\|b | 7 |\n|  | 8 |\n"
                                     "\n<details><summary>more</summary>\n"
                                     "\n```\nx < y\n```\n"
                                     "\n</details>\n");
  r2s_text html = html_of(&doc, "/nowhere");
  static const char *const parts[] = {
      "<title>a &lt;title&gt;</title>",
      "<h2 id=\"s0\">Part &amp; parcel</h2>",
      "<p><strong>100</strong> % of <em>n</em> &lt; <code>a&lt;b</code>, <a "
      "href=\"https://example.org/x\">paper</a></p>",
      "<ul>\n<li>one</li>\n<li>two</li>\n</ul>",
      "<tr><th>Name</th><th class=\"r\">Value</th></tr>",
      "<tr><td>a|b</td><td class=\"r\">7</td></tr>\n<tr><td></td><td "
      "class=\"r\">8</td></tr>\n</tbody></table></div>",
      "<details><summary>more</summary>\n<pre>x &lt; y</pre>\n</details>",
  };
  for (size_t k = 0; k < sizeof parts / sizeof *parts; k++)
    if (!strstr(html.data, parts[k])) fail_msg("no %s in %s", parts[k], html.data);
  r2s_text_free(&markdown);
  r2s_text_free(&html);
  r2s_doc_free(&doc);
}

static void test_text_from_outside_stays_text(void **state) {
  (void)state;
  r2s_doc doc = {0};
  r2s_text markdown = {0};
  r2s_doc_paragraph(&doc, "%s", r2s_plain("<script>alert('1')</script> **x** [a](http://b) `c` \\").text);
  r2s_text html = html_of(&doc, "/nowhere");
  assert_non_null(
      strstr(html.data, "<p>&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; **x** [a](http://b) `c` \\</p>"));
  r2s_doc_markdown(&doc, ".", &markdown);
  assert_string_equal(markdown.data,
                      "&lt;script>alert('1')&lt;/script> \\*\\*x\\*\\* \\[a\\](http://b) \\`c\\` \\\\\n");
  r2s_text_free(&markdown);
  r2s_text_free(&html);
  r2s_doc_free(&doc);
}

static void test_figures_are_embedded_or_missing(void **state) {
  (void)state;
  char dir[] = "/tmp/r2s_doc_XXXXXX", path[64];
  assert_non_null(mkdtemp(dir));
  snprintf(path, sizeof path, "%s/f.png", dir);
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  fputs("abcd", file);
  fclose(file);
  r2s_doc doc = {0};
  r2s_doc_figure(&doc, "f", "x < \"y\"", "A caption");
  r2s_doc_figure(&doc, "g", "z", "Another");
  r2s_text html = html_of(&doc, dir);
  assert_non_null(strstr(
      html.data,
      "<img alt=\"x &lt; &quot;y&quot;\" src=\"data:image/png;base64,YWJjZA==\"><figcaption>A caption"));
  assert_non_null(strstr(html.data, "g.png is missing"));
  r2s_text_free(&html);
  r2s_doc_free(&doc);
  unlink(path);
  rmdir(dir);
}

static void test_numbers(void **state) {
  (void)state;
  assert_string_equal(r2s_fmt(-1.26, 1).text, "\u22121.3");
  assert_string_equal(r2s_fmt(-0.01, 1).text, "0.0");
  assert_string_equal(r2s_fmt(NAN, 1).text, "–");
  assert_string_equal(r2s_fmt_accuracy((r2s_json_accuracy){1, 0.963, 1, 100}).text,
                      "100.0 % [96.3, 100.0], n = 100");
  assert_string_equal(r2s_fmt_accuracy((r2s_json_accuracy){NAN, NAN, NAN, 0}).text, "not run");
  assert_string_equal(r2s_fmt_spread(1.041, 0.03, 2).text, "1.04 ± 0.03");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_both_formats),
      cmocka_unit_test(test_text_from_outside_stays_text),
      cmocka_unit_test(test_figures_are_embedded_or_missing),
      cmocka_unit_test(test_numbers),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
