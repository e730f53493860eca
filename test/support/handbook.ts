import { CliProject } from './cli.ts';

const PAGES: Readonly<Record<string, string>> = {
  'docs/leave.md': `---
title: Leave
year: 2023
team: people
---

# Leave

Every employee has twenty-five days of annual leave. Ask for leave two weeks ahead.

## Carrying over

Up to five unused days carry over to the next year. They must be taken before the end of March.

## Illness

Report illness on the first day before ten in the morning. A doctor's note is needed from the third day.
`,
  'docs/expenses.md': `---
title: Expenses
year: 2025
team: finance
---

# Expenses

Receipts over forty euros need the approval of a manager. Travel is paid back within three weeks.
`,
  'docs/network.md': `---
title: Network
year: 2024
team: it
---

# Network

Guests use the wireless network named Harbour. The rules of the firewall are reviewed every quarter.
`,
  'docs/ko/print.md':
    '# 인쇄\n\n프린터는 삼층 복도에 있다. 인쇄 비밀번호는 7391이다. 용지는 창고에서 가져온다.\n',
  'docs/ko/leave.md': '# 휴가\n\n연차 휴가는 이십오 일이다. 휴가는 두 주 전에 신청한다.\n',
};

/** Writes a small handbook in English and Korean to the folder `docs` of the project. */
export async function writeHandbook(project: CliProject): Promise<void> {
  for (const [path, text] of Object.entries(PAGES)) await project.write(path, text);
}

/**
 * A project with the handbook, ingested with these options, and a snapshot index; the caller must remove it.
 */
export async function handbookProject(...ingestWords: readonly string[]): Promise<CliProject> {
  const project = await CliProject.open();
  await writeHandbook(project);
  await project.json(['ingest', 'docs', '--no-index', ...ingestWords]);
  await project.json(['index', 'build', 'snapshot']);
  return project;
}
