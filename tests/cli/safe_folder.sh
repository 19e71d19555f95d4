# A read-only folder and a full disk: told by name, exit code 1, no half-written file. Root ignores permissions, so the
# folders are file systems of their own.
. "$(dirname "$0")/tiny.inc"
if ! unshare -rm true 2>/dev/null && ! unshare -m true 2>/dev/null; then
  echo "no mount namespaces here"
  exit 77
fi
space=(unshare -m)
"${space[@]}" true 2>/dev/null || space=(unshare -rm)
mkdir small locked
"$R2S" train -o done --quiet "${tiny[@]}"
export tiny_text="${tiny[*]}"
"${space[@]}" bash -c '
  mount -t tmpfs -o size=64k tmpfs small || exit 77
  mount -t tmpfs tmpfs locked && cp done/{config.yaml,model.h5} locked && mount -o remount,ro locked || exit 77
  echo "---- full"
  "$R2S" train -o small/run --quiet $tiny_text
  echo "exit $?"
  ls -A small/run | grep -v -e config.yaml -e run.json -e training.csv
  echo "---- read-only"
  "$R2S" train -o locked $tiny_text
  echo "exit $?"
  "$R2S" convert locked --quiet
  echo "exit $?"
  "$R2S" train -o locked/run --quiet $tiny_text
  echo "exit $?"
  ls -A locked
'
