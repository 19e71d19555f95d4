/* SPDX-License-Identifier: MIT
 * rate2spike inspect: what is in a model file, and what is wrong with it. */
#include <math.h>
#include <string.h>

#include "cli.h"
#include "cli_json.h"

static int errors(const r2s_inspection *in) {
  int n = 0;
  for (int k = 0; k < in->n_findings; k++) n += in->findings[k].error;
  return n;
}

static int print_json(const char *path, const r2s_inspection *in, const r2s_model *model) {
  json_t *object = json_object(), *findings = json_array();
  cli_json_add(&object, "file", cli_json_string(path));
  cli_json_add(&object, "format", json_string(in->format));
  cli_json_add(&object, "loaded", json_boolean(in->loaded));
  if (in->loaded) {
    cli_json_add(&object, "activation", json_string(r2s_activation_name(model->activation)));
    cli_json_add(&object, "dale", json_boolean(model->dale));
    cli_json_add(&object, "n", json_integer(in->n));
    cli_json_add(&object, "n_in", json_integer(in->n_in));
    cli_json_add(&object, "n_out", json_integer(in->n_out));
    cli_json_add(&object, "n_exc", model->dale ? json_integer(in->n_exc) : json_null());
    cli_json_add(&object, "n_inh", model->dale ? json_integer(in->n_inh) : json_null());
    cli_json_add(&object, "density", cli_json_number(in->density));
    cli_json_add(&object, "tau_min_ms", cli_json_number(in->tau_min_ms));
    cli_json_add(&object, "tau_median_ms", cli_json_number(in->tau_median_ms));
    cli_json_add(&object, "tau_max_ms", cli_json_number(in->tau_max_ms));
    cli_json_add(&object, "spectral_radius", cli_json_number(in->spectral_radius));
    cli_json_add(&object, "outlier_re", cli_json_number(in->outlier_re));
    cli_json_add(&object, "outlier_im", cli_json_number(in->outlier_im));
    cli_json_add(&object, "outlier", json_boolean(in->outlier));
    cli_json_add(&object, "bulk_radius", cli_json_number(in->bulk_radius));
  }
  for (int k = 0; k < in->n_findings; k++) {
    const r2s_finding *f = &in->findings[k];
    json_t *one = json_pack("{s:s}", "level", f->error ? "error" : "warning");
    cli_json_add(&one, "variable", cli_json_string(f->variable));
    cli_json_add(&one, "text", cli_json_string(f->text));
    cli_json_append(&findings, one);
  }
  cli_json_add(&object, "findings", findings);
  return cli_json_print(object);
}

static void print_spectrum(const r2s_inspection *in) {
  printf("  spectral radius  ");
  if (isnan(in->spectral_radius) && in->n > R2S_MAX_SPECTRUM)
    printf("not known: no eigenvalue was found to stand out, and more than %d units have too many for all\n",
           R2S_MAX_SPECTRUM);
  else if (isnan(in->spectral_radius))
    puts("not known: see the warning about w");
  else if (isnan(in->bulk_radius))
    printf("%.4g (eigenvalue %.4g %+.4gi, which stands out)\n", in->spectral_radius, in->outlier_re,
           in->outlier_im);
  else
    printf("%.4g (eigenvalue %.4g %+.4gi; the others within %.4g: %s)\n", in->spectral_radius, in->outlier_re,
           in->outlier_im, in->bulk_radius, in->outlier ? "it stands out" : "none stands out");
}

static void print_text(const char *path, const r2s_inspection *in, const r2s_model *model) {
  printf("%s: %s\n", path, in->format[0] ? in->format : "unknown format");
  if (in->loaded) {
    if (model->dale)
      printf("  units            %d (%d excitatory, %d inhibitory)\n", in->n, in->n_exc, in->n_inh);
    else
      printf("  units            %d (neither excitatory nor inhibitory: without Dale's law)\n", in->n);
    printf("  inputs, outputs  %d, %d\n", in->n_in, in->n_out);
    printf("  activation       %s", r2s_activation_name(model->activation));
    if (model->activation == R2S_ACTIVATION_SIEGERT) printf(", kappa %g Hz", model->kappa_hz);
    printf("\n  density          %.2f %% of N^2\n", 100 * in->density);
    printf("  tau_d            %.4g ms median, %.4g to %.4g ms\n", in->tau_median_ms, in->tau_min_ms,
           in->tau_max_ms);
    print_spectrum(in);
    if (model->recipe[0]) printf("  training         recipe %s, task %s\n", model->recipe, model->task);
  }
  for (int k = 0; k < in->n_findings; k++) {
    const r2s_finding *f = &in->findings[k];
    size_t length = strlen(f->variable);
    bool named =
        length == 0 || strncmp(f->text, f->variable, length) == 0 || strncmp(f->text, "variable", 8) == 0;
    printf("  %s: %s%s%s\n", f->error ? "error" : "warning", named ? "" : f->variable, named ? "" : ": ",
           f->text);
  }
  int n = errors(in);
  printf("%d error%s, %d warning%s\n", n, n == 1 ? "" : "s", in->n_findings - n,
         in->n_findings - n == 1 ? "" : "s");
}

static int run_inspect(const cli_command *command, const cli_arguments *a) {
  char path[CLI_PATH_SIZE];
  if (cli_target_model(command, a->positional[0], path) != 0) return CLI_USAGE;
  r2s_inspection in = {0};
  r2s_model model = {0};
  r2s_error err = {0};
  if (r2s_model_inspect(path, &in, &model, &err) != R2S_OK) return cli_fail(&err);
  int code = CLI_OK;
  if (a->json)
    code = print_json(path, &in, &model);
  else
    print_text(path, &in, &model);
  if (errors(&in) || !in.loaded) code = CLI_FAILED;
  r2s_inspection_free(&in);
  r2s_model_free(&model);
  return code;
}

const cli_command cli_inspect = {
    .name = "inspect",
    .usage = "MODEL.h5 | MODEL.mat | DIR [OPTION ...]",
    .summary = "tell what is in a model file, and what is wrong with it",
    .text = "Reads our HDF5 and the authors' .mat (v5, v7.3). Error: the file can't be read, or contradicts "
            "itself (exit code 1; 2\n"
            "where there is no such file). Warning: it can be read, but something in it is unusual.\n"
            "\n"
            "  rate2spike inspect MODEL.mat",
    .options = CLI_COMMON | CLI_BIT(JSON),
    .min_positional = 1,
    .max_positional = 1,
    .run = run_inspect,
};
