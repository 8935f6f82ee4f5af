# Names of images, from the index; then files.
_forebear_names() {
    local -a names
    names=(${(f)"$(forebear complete -- "$PREFIX" 2>/dev/null)"})
    (( ${#names} )) && compadd -S '' -a names
    _files
}

