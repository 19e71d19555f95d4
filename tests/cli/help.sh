# --help of the program and of every command.
"$R2S" --help
for command in run train convert simulate figures report inspect verify task export options bench generate; do
  echo "---- $command"
  "$R2S" $command --help
done
echo "---- help run is run --help"
[ "$("$R2S" help run)" = "$("$R2S" run --help)" ] && echo same
"$R2S" version
