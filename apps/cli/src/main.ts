#!/usr/bin/env node
import manifest from '../package.json' with { type: 'json' };
import { runCli } from './run-cli.ts';

process.exitCode = await runCli(process.argv.slice(2), manifest.version);
