# Names of images, from the index.
for forebear_command in COMMANDS
    complete -c forebear -n "__fish_seen_subcommand_from $forebear_command" -a "(forebear complete -- (commandline -ct) 2>/dev/null)"
end
