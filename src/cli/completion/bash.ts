import type { CompletedCommand } from './words.ts';

/** A script for bash 4 and newer that starts no program while one types. */
export function bashCompletion(commands: readonly CompletedCommand[]): string {
  const values = commands.flatMap(({ name, options }) =>
    options
      .filter((option) => option.values.length > 0)
      .map(({ long, short, values: words }) => {
        const names = [`--${long}`, ...short.map((letter) => `-${letter}`)].map((option) => `${name}:${option}`);
        return `    ${names.join('|')}) words="${words.join(' ')}" ;;`;
      }),
  );
  const free = commands.flatMap(({ name, options }) =>
    options
      .filter((option) => option.takesValue && option.values.length === 0)
      .flatMap(({ long, short }) => [`${name}:--${long}`, ...short.map((letter) => `${name}:-${letter}`)]),
  );
  const options = commands.map(
    ({ name, options: all }) =>
      `    ${name}) words="${all.flatMap(({ long, short }) => [`--${long}`, ...short.map((letter) => `-${letter}`)]).join(' ')}" ;;`,
  );
  const given = commands
    .filter((command) => command.arguments.length > 0)
    .map((command) => `    ${command.name}) words="${command.arguments.join(' ')}" ;;`);
  return `# bash completion for postern: source it, or save it where bash-completion looks.
_postern() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD - 1]}" command="" words="" i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "\${COMP_WORDS[i]}" in -*) ;; *) command="\${COMP_WORDS[i]}"; break ;; esac
  done
  if [ -z "$command" ]; then
    words="${[...commands.map(({ name }) => name), '--help', '--version', '--config', '--no-config'].join(' ')}"
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
    return
  fi
  case "$command:$previous" in
${values.join('\n')}
    ${free.join('|')}) return ;;
  esac
  if [ -z "$words" ]; then
    case "$current" in
    -*) case "$command" in
${options.join('\n')}
    esac ;;
    *) case "$command" in
${given.join('\n')}
    esac ;;
    esac
  fi
  [ -z "$words" ] || mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}
complete -o default -F _postern postern
`;
}
