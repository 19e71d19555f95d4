/* SPDX-License-Identifier: MIT
 * What the machine is, for run.json. */
#include "run/run_machine.h"

#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>
#if defined(__APPLE__)
#include <sys/sysctl.h>
#endif

#include "base/base_isa.h"
#include "base/base_json.h"

#if defined(__APPLE__)

static bool find_cpu(char *value, size_t size) {
  return sysctlbyname("machdep.cpu.brand_string", value, &size, NULL, 0) == 0;
}

static bool find_system(char *value, size_t size) {
  char version[64];
  size_t length = sizeof version;
  if (sysctlbyname("kern.osproductversion", version, &length, NULL, 0) != 0) return false;
  snprintf(value, size, "macOS %s", version);
  return true;
}

#else

/* The value of the first line of a text file that starts with `key`, without quotes; false: none. */
static bool find_line(const char *path, const char *key, char *value, size_t size) {
  FILE *file = fopen(path, "re");
  if (!file) return false;
  char line[512];
  bool found = false;
  while (!found && fgets(line, sizeof line, file)) {
    if (strncmp(line, key, strlen(key)) != 0) continue;
    char *from = line + strlen(key);
    from += strspn(from, " \t:=\"");
    from[strcspn(from, "\"\n")] = 0;
    snprintf(value, size, "%s", from);
    found = true;
  }
  fclose(file);
  return found;
}

static bool find_cpu(char *value, size_t size) {
  return find_line("/proc/cpuinfo", "model name", value, size);
}

static bool find_system(char *value, size_t size) {
  return find_line("/etc/os-release", "PRETTY_NAME", value, size);
}

#endif

json_t *r2s_run_machine(void) {
  char cpu[256], name[256], os[600];
  struct utsname system;
  bool known = uname(&system) == 0;
  if (!find_cpu(cpu, sizeof cpu)) snprintf(cpu, sizeof cpu, "%s", known ? system.machine : "unknown");
  if (!find_system(name, sizeof name)) snprintf(name, sizeof name, "unknown");
  snprintf(os, sizeof os, "%s, %s %s", name, known ? system.sysname : "", known ? system.release : "");

  json_t *machine = json_object();
  r2s_json_add(&machine, "cpu", r2s_json_string(cpu));
  r2s_json_add(&machine, "isa", json_string(r2s_isa_name(r2s_isa_current())));
  r2s_json_add(&machine, "cores", json_integer(sysconf(_SC_NPROCESSORS_ONLN)));
  r2s_json_add(&machine, "os", r2s_json_string(os));
  return machine;
}
