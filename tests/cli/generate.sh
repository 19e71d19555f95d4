# The manual page and the completions say what --help says; roff has nothing against the page.
command -v groff >/dev/null || { echo "no groff"; exit 77; }
commands=$("$R2S" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p')
# options_of COMMAND: its long ones
options_of() { "$R2S" "$1" --help | sed -n '/^Options:/,/^$/s/^  .* --\([a-z0-9-]*\) .*/--\1/p'; }

echo "---- manual page"
"$R2S" generate man >page
groff -ww -man -Tascii -P-cbou page 2>&1 | tr -s ' \n' ' ' >text
for command in $(grep -vx 'help\|version' <<<"$commands"); do
  "$R2S" "$command" --help | grep -v '^Options:$\|--model NAME' | while read -r line; do
    line=$(tr -s ' ' <<<"${line#usage: }")
    grep -qF -e "$line" text || echo "$command: not in the page: $line"
  done
done
grep -o 'Trains a rate.*how well it converted' text
grep -o 'simulate: lif, .* --engine' text
! command -v mandoc >/dev/null || mandoc -Tlint -Wwarning page | grep -v 'missing date'

echo "---- bash"
. <("$R2S" generate bash)
complete -p rate2spike
# offered WORD...: what may stand in the last one's place
offered() {
  COMP_WORDS=(rate2spike "$@") COMP_CWORD=$# COMPREPLY=()
  _rate2spike
  echo "$*: ${COMPREPLY[*]}"
}
diff <(offered '' | tr ' ' '\n' | sed 1d) <(echo "$commands")
for command in $(grep -vx 'help\|version' <<<"$commands"); do
  diff <(offered "$command" -- | tr ' ' '\n' | sed 1,2d) <(options_of "$command")
done
diff <(offered run --set '' | tr ' ' '\n' | sed 1,3d) <("$R2S" options | sed -n 's/^\([a-z].*\) = .*/\1=/p')
offered si
offered --v
offered help ver
offered run --re
offered run --recipe ''
offered run --recipe = m
offered run --engine =
offered run --engine native,
offered simulate --model psc
offered convert --model lif
offered bench --task go
offered run --seed ''
offered run --set net.act
offered run --set net.activation =
offered run --set net.dale = f
offered run --set = simulate.m
offered task ''
offered task show x
offered task list ''
offered options lif_unit.v
offered generate ''
offered no-command ''
