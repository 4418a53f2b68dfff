import { describe, expect, it } from '@jest/globals';
import { mountPointsBelow } from './mounts-below.ts';

const mountinfo = [
  '22 1 254:0 / / rw - ext4 /dev/vda rw',
  '40 22 7:0 / /w/a/disk rw,nosuid - ext4 /dev/loop0 rw',
  '41 22 7:0 /work /w/a/work rw - ext4 /dev/loop0 rw',
  '42 22 7:1 / /w/ab rw - ext4 /dev/loop1 rw',
  String.raw`43 22 7:1 / /w/a/with\040space rw - ext4 /dev/loop1 rw`,
  '',
].join('\n');

describe('mountPointsBelow', () => {
  it('gives the last mounted first, and no neighbour whose name only begins the same', () => {
    expect(mountPointsBelow(mountinfo, '/w/a')).toEqual(['/w/a/with space', '/w/a/work', '/w/a/disk']);
    expect(mountPointsBelow(mountinfo, '/w/ab')).toEqual(['/w/ab']);
    expect(mountPointsBelow(mountinfo, '/x')).toEqual([]);
  });
});
