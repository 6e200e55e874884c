/** Every shell asks `proxdeck __complete -- WORD…` for candidates: one a line, a tab, a description. */

const bash = `# bash completion of proxdeck: eval "$(proxdeck completion bash)"
_proxdeck() {
  local line=\${COMP_LINE:0:COMP_POINT} value description
  local -a words
  read -ra words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=('')
  # bash splits words at : and = as well; what stands before the last of them is on the line already.
  local current=\${words[\${#words[@]}-1]}
  local kept=\${current%"\${current##*[:=]}"}
  COMPREPLY=()
  while IFS=$'\\t' read -r value description; do
    COMPREPLY+=("\${value#"$kept"}")
  done < <(proxdeck __complete -- "\${words[@]:1}" 2>/dev/null)
  [[ \${COMPREPLY[0]} == *= ]] && compopt -o nospace
}
complete -o default -F _proxdeck proxdeck
`;

const zsh = `#compdef proxdeck
# zsh completion of proxdeck: eval "$(proxdeck completion zsh)"
_proxdeck() {
  local value description
  local -a candidates
  while IFS=$'\\t' read -r value description; do
    candidates+=("\${value//:/\\\\:}:$description")
  done < <(proxdeck __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  if (( \${#candidates} )); then
    _describe proxdeck candidates
  else
    _files
  fi
}
compdef _proxdeck proxdeck
`;

const fish = `# fish completion of proxdeck: proxdeck completion fish | source
function __proxdeck_complete
    set -l words (commandline -opc)
    proxdeck __complete -- $words[2..-1] (commandline -ct) 2>/dev/null
end
complete -c proxdeck -f -a '(__proxdeck_complete)'
`;

export const completionScripts: Readonly<Record<string, string>> = { bash, zsh, fish };
