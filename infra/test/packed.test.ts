import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const REGION = ['--region', 'eu-central-1'];

describe('both packed packages, installed in an empty folder', () => {
  let base: string;
  const project = (): string => join(base, 'project');
  const deploy = (words: readonly string[]) => {
    const env = { PATH: process.env.PATH, HOME: base, NO_COLOR: '1' };
    const cli = join(project(), 'node_modules', 'srag', 'dist', 'cli', 'main.js');
    const command = [cli, 'deploy', '--dry-run', ...REGION, '--json', ...words];
    const { status, stdout } = spawnSync(process.execPath, command, {
      cwd: project(),
      env,
      encoding: 'utf8',
    });
    return { status, json: JSON.parse(stdout) };
  };

  beforeAll(() => {
    base = mkdtempSync(join(tmpdir(), 'srag-packed-infra-'));
    mkdirSync(project());
    writeFileSync(join(project(), 'package.json'), '{}');
    execFileSync('npm', ['run', '--silent', 'infra:build'], { cwd: ROOT });
    for (const cwd of [ROOT, join(ROOT, 'infra')])
      execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', base], { cwd });
    const tarballs = readdirSync(base).filter((name) => name.endsWith('.tgz'));
    const flags = ['--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', '--silent'];
    execFileSync('npm', ['install', ...flags, ...tarballs.map((name) => join(base, name))], {
      cwd: project(),
    });
  }, 300_000);
  afterAll(() => rmSync(base, { recursive: true, force: true }));

  it('show what a deployment would create, without credentials', () => {
    const { status, json } = deploy(['--no-ingest']);
    expect(status).toBe(0);
    expect(json).toMatchObject({ name: 'srag-default', dryRun: true });
    expect(json.resources).toMatchObject({ 'AWS::Lambda::Function': 5, 'AWS::ApiGateway::RestApi': 1 });
    expect(json.months[1].totalUsd).toBeGreaterThan(json.months[0].totalUsd);
  }, 120_000);

  it('say that ingestion requires a checkout, and how to deploy without ingestion', () => {
    const { status, json } = deploy([]);
    expect(status).toBe(1);
    expect(json.error).toMatchObject({ code: 'BUNDLE_MISSING' });
    expect(json.error.remedy).toMatch(
      /^The package does not contain it: deploy from a checkout.*--no-ingest\.$/,
    );
  });
});
