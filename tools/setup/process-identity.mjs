/** Which process is meant by a pid: pids are reused, so a pid file alone proves nothing. */
import { readFileSync } from 'node:fs';

/** True while a process with this pid exists, whoever owns it. */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** The kernel's start time of a process, or '' where /proc is missing. Tells a reused pid from the first one. */
export function startTimeOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

/** The program name of a process as the kernel knows it, or '' when there is no such process. */
export function programOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return '';
  }
}
