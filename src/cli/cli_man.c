/* SPDX-License-Identifier: MIT
 * The manual page as man(7), from the tables of commands and options. */
#include <string.h>

#include "cli.h"

/* Text in which roff finds nothing of its own: a hyphen is one to copy, and a full stop begins no request. */
static void put(const char *text, size_t length) {
  static const char letters[] = "\\-'`^~\"";
  static const char *const names[] = {"\\e", "\\-", "\\(aq", "\\(ga", "\\(ha", "\\(ti", "\\(dq"};
  if (length && *text == '.') fputs("\\&", stdout);
  for (size_t k = 0; k < length; k++) {
    const char *found = strchr(letters, text[k]);
    if (found)
      fputs(names[found - letters], stdout);
    else
      putchar(text[k]);
  }
}

static void put_line(const char *text, size_t length) {
  put(text, length);
  putchar('\n');
}

static void put_bold(const char *text, size_t length) {
  fputs("\\fB", stdout);
  put(text, length);
  fputs("\\fR", stdout);
}

/* A help text: paragraphs; lines with two blanks in front are examples, or "word  explanation". Follows a
 * heading. */
static void put_text(const char *text) {
  enum { NOTHING, PARAGRAPH, EXAMPLE } in = PARAGRAPH;
  for (size_t length; *text; text += length + (text[length] == '\n')) {
    length = strcspn(text, "\n");
    const bool indented = length > 2 && strncmp(text, "  ", 2) == 0;
    const char *line = indented ? text + 2 : text, *end = text + length, *gap = strstr(line, "  ");
    const bool item = indented && gap && gap < end;
    if (in == EXAMPLE && (!indented || item)) puts(".EE\n.RE");
    if (indented && !item) {
      if (in != EXAMPLE) puts(".PP\n.RS 4\n.EX");
      in = EXAMPLE;
    } else if (item) {
      puts(".TP 12");
      put_bold(line, (size_t)(gap - line));
      putchar('\n');
      line = gap + strspn(gap, " ");
      in = NOTHING;
    } else {
      if (length && in != PARAGRAPH) puts(".PP");
      in = length ? PARAGRAPH : NOTHING;
    }
    if (end > line) put_line(line, (size_t)(end - line));
  }
  if (in == EXAMPLE) puts(".EE\n.RE");
}

static void put_command(const cli_command *command) {
  printf(".SS %s\n", command->name);
  put_bold("rate2spike ", 11);
  put_bold(command->name, strlen(command->name));
  putchar(' ');
  put_line(command->usage, strlen(command->usage));
  puts(".PP");
  put_line(command->summary, strlen(command->summary));
  puts(".PP");
  put_text(command->text);
  fputs(".PP\nOptions:", stdout);
  for (int id = 0; id < CLI_OPT_COUNT; id++) {
    if (!(command->options & (1u << id))) continue;
    fputs(" \\-\\-", stdout);
    put(cli_option_table[id].name, strlen(cli_option_table[id].name));
  }
  puts("");
}

static void put_option(cli_option_id id) {
  const cli_option *option = &cli_option_table[id];
  puts(".TP");
  if (option->letter) printf("\\fB\\-%c\\fR, ", option->letter);
  fputs("\\fB\\-\\-\\fR", stdout);
  put_bold(option->name, strlen(option->name));
  if (option->argument) printf(" \\fI%s\\fR", option->argument);
  puts("");
  put_line(option->doc, strlen(option->doc));
  for (int k = 0; cli_commands[k] && id == CLI_OPT_MODEL; k++) {
    const char *models = cli_commands[k]->models;
    if (!models) continue;
    printf(".br\n%s: ", cli_commands[k]->name);
    put_line(models, strlen(models));
  }
}

void cli_man(void) {
  printf(".TH RATE2SPIKE 1 \"\" \"rate2spike %s\" \"User Commands\"\n", r2s_version());
  puts(".nh\n.nr HY 0\n.ad l\n" /* names are not hyphenated */
       ".SH NAME\nrate2spike \\- train rate networks and convert them to spiking networks\n"
       ".SH SYNOPSIS\n\\fBrate2spike\\fR \\fICOMMAND\\fR [\\fIARGUMENT\\fR ...]\n.SH DESCRIPTION");
  put_text(CLI_ABOUT);
  puts(".SH COMMANDS");
  for (int k = 0; cli_commands[k]; k++) put_command(cli_commands[k]);
  puts(".SH OPTIONS");
  for (int id = 0; id < CLI_OPT_COUNT; id++) put_option((cli_option_id)id);
  puts(".PP");
  put_text(CLI_DEFAULTS);
  puts(".SH \"EXIT STATUS\"");
  put_text(CLI_EXIT_CODES);
}
