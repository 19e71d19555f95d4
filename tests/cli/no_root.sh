# ./reproduce without root and sudo: all that is missing is told at once, ready to be given to whoever is root.
mkdir fake
ln -s "$(command -v dirname)" "$(command -v grep)" fake
printf '#!%s\necho 1000\n' "$BASH" >fake/id
printf '#!%s\nexit 1\n' "$BASH" >fake/dpkg-query
chmod +x fake/id fake/dpkg-query
for nest in "" --no-nest; do
  PATH=$PWD/fake "$BASH" "$DATA/../../reproduce" $nest
  echo "exit $?"
done
# A gnuplot of another package is not to be replaced.
ln fake/id fake/gnuplot
PATH=$PWD/fake "$BASH" "$DATA/../../reproduce" --no-nest
echo "exit $?"
# A Mac, where nothing is installed: the names that Homebrew has.
OSTYPE=darwin25 "$BASH" -c '. "$DATA/../../scripts/setup.sh" && need_packages $BUILD_PACKAGES'
