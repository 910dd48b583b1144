# Ends process groups: `end GROUP` one of them at once, and all that it has heard of (`watch GROUP`) when
# its standard input ends, however whoever wrote there came to an end.
groups=
while read -r verb group; do
  case $verb in
    watch) groups="$groups $group" ;;
    end)
      kill -KILL "-$group" 2>/dev/null
      rest=
      for other in $groups; do [ "$other" = "$group" ] || rest="$rest $other"; done
      groups=$rest ;;
  esac
done
for group in $groups; do kill -KILL "-$group" 2>/dev/null; done
