import type { Command } from 'commander';
import { SragError } from '../../core/index.ts';
import { write } from '../terminal.ts';

/** `srag completion SHELL` */
export function completionCommand(program: Command): void {
  program
    .command('completion')
    .description('Print a completion script')
    .argument('<shell>', 'bash, zsh or fish')
    .addHelpText(
      'after',
      `
Examples:
  $ source <(srag completion bash)
  $ srag completion fish > ~/.config/fish/completions/srag.fish
`,
    )
    .action((shell: string) => {
      write(process.stdout, scriptFor(shell, program));
    });
}

function scriptFor(shell: string, program: Command): string {
  const words = wordsOf(program);
  const cases = Object.entries(words).map(([path, list]) => `    '${path}') words='${list.join(' ')}' ;;`);
  const bash = `_srag() {
  local path='' word words=''
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do [[ $word == -* ]] || path="$path $word"; done
  path="\${path# }"
  case "$path" in
${cases.join('\n')}
    *) case "\${path%% *}" in
${Object.entries(words)
  .filter(([path]) => path !== '' && !path.includes(' '))
  .map(
    ([path, list]) => `      '${path}') words='${list.filter((word) => word.startsWith('-')).join(' ')}' ;;`,
  )
  .join('\n')}
    esac ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _srag srag
`;
  if (shell === 'bash') return bash;
  if (shell === 'zsh') return `autoload -U +X bashcompinit && bashcompinit\n${bash}`;
  if (shell === 'fish') {
    return `${Object.entries(words)
      .map(([path, list]) => `complete -c srag -n '${fishCondition(path)}' -a '${list.join(' ')}'`)
      .join('\n')}\n`;
  }
  throw new SragError('INVALID_ARGUMENT', `There is no completion for '${shell}'.`, {
    remedy: 'Use bash, zsh or fish.',
    fields: { field: 'shell', value: shell },
  });
}

const fishCondition = (path: string): string =>
  path === '' ? '__fish_use_subcommand' : `__fish_seen_subcommand_from ${path.split(' ').at(-1)}`;

/** Subcommands and options by the path of the command. */
function wordsOf(command: Command, path = ''): Record<string, string[]> {
  const own = [
    ...command.commands.map((child) => child.name()),
    ...command.options.map((option) => option.long ?? option.short ?? ''),
  ];
  const below = command.commands.map((child) => wordsOf(child, `${path} ${child.name()}`.trim()));
  return Object.assign({ [path]: own }, ...below);
}
