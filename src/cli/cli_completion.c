/* SPDX-License-Identifier: MIT
 * Completions for bash, from the tables of commands and options. They need neither the program nor the
 * package bash-completion when they run. */
#include <ctype.h>
#include <string.h>

#include "cli.h"

/* Of "lif, psc-dexp or psc-alpha", "a|b" or a usage the words to type. */
static void put_words(const char *text) {
  static const char between[] = " ,|";
  for (size_t length; *(text += strspn(text, between)); text += length) {
    length = strcspn(text, between);
    if (islower((unsigned char)*text) && strncmp(text, "or ", 3) != 0) printf("%.*s ", (int)length, text);
  }
}

static void put_presets(void) {
  for (int k = 0; k < r2s_task_preset_count(); k++) printf("%s ", r2s_task_preset_name(k));
}

static const char *choices(const r2s_option_info *info) {
  return strcmp(info->type, "boolean") == 0 ? "true|false" : info->choices;
}

static const char *choices_of_key(const char *key) {
  for (int k = 0; key && k < r2s_config_option_count(); k++) {
    const r2s_option_info info = r2s_config_option(k);
    if (strcmp(info.key, key) == 0) return choices(&info);
  }
  return "";
}

/* The case of an option's argument: its words, or else what readline takes. */
static void put_argument(cli_option_id id) {
  const cli_option *option = &cli_option_table[id];
  printf("  *' --%s'", option->name);
  if (option->letter) printf(" | *' -%c'", option->letter);
  fputs(") list='", stdout);
  if (id == CLI_OPT_TASK)
    put_presets();
  else
    put_words(id == CLI_OPT_ENGINE ? CLI_ENGINES : choices_of_key(option->key));
  const char *argument = option->argument;
  const bool file = strstr(argument, "FILE") || strcmp(argument, "PATH") == 0;
  const bool folder = strcmp(argument, "DIR") == 0;
  printf("' how='%s' ;;\n", folder ? "-o dirnames +o default" : file ? "" : "+o default");
}

/* The cases of "COMMAND WORD", where the word before tells what follows. */
static void put_arguments(void) {
  puts("  case \"$command $prev\" in\n"
       "  *' --set') list=$keys after='=' how='-o nospace +o default' ;;\n"
       "  'options options') list=$keys ;;\n"
       "  'help help') list=$commands ;;");
  fputs("  'task show' | 'task check') list='", stdout);
  put_presets();
  puts("' ;;");
  for (int k = 0; cli_commands[k]; k++) {
    if (!cli_commands[k]->models) continue;
    printf("  '%s --model') how='+o default' list='", cli_commands[k]->name);
    put_words(cli_commands[k]->models);
    puts("' ;;");
  }
  for (int id = 0; id < CLI_OPT_COUNT; id++)
    if (cli_option_table[id].argument && id != CLI_OPT_SET && id != CLI_OPT_MODEL)
      put_argument((cli_option_id)id);
  for (int k = 0; k < r2s_config_option_count(); k++) {
    const r2s_option_info info = r2s_config_option(k);
    if (!*choices(&info)) continue;
    printf("  *' %s') how='+o default' list='", info.key);
    put_words(choices(&info));
    puts("' ;;");
  }
}

/* The cases of a command: the words of its usage, and its options. */
static void put_command(const cli_command *command) {
  printf("  %s) list='", command->name);
  put_words(command->usage);
  fputs("' options='", stdout);
  for (int id = 0; id < CLI_OPT_COUNT; id++)
    if (command->options & (1u << id)) printf("--%s ", cli_option_table[id].name);
  puts("' ;;");
}

void cli_completion_bash(void) {
  fputs("# made by `rate2spike generate bash`\n"
        "_rate2spike() {\n"
        "  local command=${COMP_WORDS[1]} cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}\n"
        "  local list= options= before= after= how= commands='",
        stdout);
  for (int k = 0; cli_commands[k]; k++) printf("%s ", cli_commands[k]->name);
  fputs("help version' keys='", stdout);
  for (int k = 0; k < r2s_config_option_count(); k++) printf("%s ", r2s_config_option(k).key);
  puts("'\n"
       "  [ $COMP_CWORD -gt 1 ] || command=\n"
       "  # --option=value is three words\n"
       "  if [[ $cur == = ]]; then cur=; elif [[ $prev == = ]]; then prev=${COMP_WORDS[COMP_CWORD - 2]}; fi\n"
       "  case $command in\n"
       "  '') list=$commands options='--help --version' ;;");
  for (int k = 0; cli_commands[k]; k++) put_command(cli_commands[k]);
  puts("  esac\n"
       "  [ $COMP_CWORD -le 2 ] || list=\n"
       "  [[ $cur != -* ]] || list=$options prev=");
  put_arguments();
  puts("  esac\n"
       "  [[ $cur != *,* ]] || before=${cur%,*}, cur=${cur##*,}\n"
       "  COMPREPLY=($(compgen -P \"$before\" -S \"$after\" -W \"$list\" -- \"$cur\"))\n"
       "  [ -z \"$how\" ] || compopt $how 2>/dev/null\n"
       "}\n"
       "complete -o default -F _rate2spike rate2spike");
}
