# Names of images, from the index. Readline takes a colon for the end of a word,
# so what stands before the last one is cut off again.
_forebear_with_names() {
    _forebear "$@"
    case "${COMP_WORDS[1]}" in
        COMMANDS) ;;
        *) return ;;
    esac
    local typed="${COMP_LINE:0:COMP_POINT}"
    typed="${typed##*[[:space:]]}"
    case "$typed" in
        -*) return ;;
    esac
    local kept=""
    if [[ "$typed" == *:* && "$COMP_WORDBREAKS" == *:* ]]; then
        kept="${typed%"${typed##*:}"}"
    fi
    local name
    while IFS= read -r name; do
        COMPREPLY+=("${name#"$kept"}")
    done < <("${COMP_WORDS[0]}" complete -- "$typed" 2>/dev/null)
    if [[ ${#COMPREPLY[@]} -gt 0 ]]; then
        # A tag may follow a repository's name.
        compopt -o nospace 2>/dev/null
    fi
}

complete -F _forebear_with_names -o bashdefault -o default forebear
