import type { CompletedCommand, CompletedOption } from './words.ts';

/** A completion function for zsh that starts no program while one types. */
export function zshCompletion(commands: readonly CompletedCommand[]): string {
  const described = commands.map(({ name, describe }) => `      '${name}:${quoted(describe)}'`);
  const cases = commands.map((command) => {
    const specs = [...command.options.flatMap(specification), operand(command.arguments)];
    return `        ${command.name})\n          _arguments -s \\\n            ${specs.join(' \\\n            ')}\n          ;;`;
  });
  return `#compdef postern
# zsh completion for postern: save it as _postern in a directory of $fpath, or source it after compinit.
_postern() {
  local context state state_descr line
  typeset -A opt_args
  _arguments -C '1: :->command' '*:: :->arguments'
  case $state in
    command)
      local -a commands
      commands=(
${described.join('\n')}
      )
      _describe -t commands 'postern command' commands
      ;;
    arguments)
      case $line[1] in
${cases.join('\n')}
      esac
      ;;
  esac
}
if [ "$funcstack[1]" = _postern ]; then _postern "$@"; else compdef _postern postern; fi
`;
}

function specification({ long, short, describe, takesValue, values }: CompletedOption): string[] {
  const action = values.length > 0 ? `(${values.join(' ')})` : '_files';
  const value = takesValue ? `:${long}:${action}` : '';
  const text = quoted(describe.replaceAll(/[[\]:]/g, (character) => `\\${character}`));
  // Repeatable, because yargs takes options more than once.
  return [`--${long}`, ...short.map((letter) => `-${letter}`)].map((name) => `'*${name}[${text}]${value}'`);
}

function operand(words: readonly string[]): string {
  return words.length > 0 ? `'1:argument:(${words.join(' ')})' '*:file:_files'` : `'*:file:_files'`;
}

function quoted(text: string): string {
  return text.replaceAll("'", "'\\''");
}
