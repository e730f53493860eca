import type { Command } from 'commander';
import { SragError } from '../../core/index.ts';
import { COMPLETE, SHELLS } from '../complete.ts';
import { write } from '../terminal.ts';

/**
 * Completion scripts by shell. They call srag, so that they can complete the collections and versions of a
 * location.
 */
const SCRIPTS: Readonly<Record<(typeof SHELLS)[number], string>> = {
  // By default Bash breaks words at `@` and `=`.
  bash: `COMP_WORDBREAKS=\${COMP_WORDBREAKS//[@=]/}
_srag() {
  local IFS=$'\\n'
  COMPREPLY=($("\${COMP_WORDS[0]}" ${COMPLETE} "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _srag srag
`,
  zsh: `#compdef srag
_srag() {
  local -a found
  found=("\${(@f)$("\${words[1]}" ${COMPLETE} "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "\${found[1]}" ]]; then compadd -- "\${found[@]}"; else _files; fi
}
compdef _srag srag
`,
  fish: `function __srag
  set -l found (srag ${COMPLETE} (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)
  if test (count $found) -gt 0
    printf '%s\\n' $found
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c srag -f -a '(__srag)'
`,
};

/** `srag completion SHELL` */
export function completionCommand(program: Command): void {
  program
    .command('completion')
    .description('Print a completion script')
    .argument('<shell>', SHELLS.join(', '))
    .addHelpText(
      'after',
      `
Examples:
  $ source <(srag completion bash)
  $ srag completion fish > ~/.config/fish/completions/srag.fish
`,
    )
    .action((shell: string) => {
      write(process.stdout, scriptFor(shell));
    });
}

function scriptFor(shell: string): string {
  if (Object.hasOwn(SCRIPTS, shell)) return SCRIPTS[shell as keyof typeof SCRIPTS];
  throw new SragError('INVALID_ARGUMENT', `There is no completion for '${shell}'.`, {
    remedy: 'Use bash, zsh or fish.',
    fields: { field: 'shell', value: shell },
  });
}
