import { useState } from 'preact/hooks';
import { bytes } from '../text/amounts.ts';
import { visible } from '../text/visible.ts';
import { Alert } from '../ui/alert.tsx';

interface ZipDropProps {
  readonly archive: File | null;
  /** Why it is needed, once somebody went on without it. */
  readonly fault: string | null;
  readonly onChoose: (archive: File | null) => void;
}

/** A place to drop a ZIP, which is also an ordinary file field for keyboards. */
export const ZipDrop = ({ archive, fault, onChoose }: ZipDropProps) => {
  const [isOver, setOver] = useState(false);
  const onDrop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    onChoose(event.dataTransfer?.files[0] ?? null);
  };
  return (
    <>
      <label
        class={`drop${isOver ? ' is-over' : ''}`}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={onDrop}
      >
        <input
          id="field-archive"
          type="file"
          aria-invalid={fault !== null}
          {...(fault !== null && { 'aria-describedby': 'field-archive-fault' })}
          accept=".zip,application/zip"
          onChange={(event) => onChoose(event.currentTarget.files?.[0] ?? null)}
        />
        {archive === null ? (
          <span>
            Drop a ZIP here or <u>choose one</u>
          </span>
        ) : (
          <span>
            <bdi>{visible(archive.name)}</bdi>, {bytes(archive.size)}
          </span>
        )}
      </label>
      {fault !== null && <Alert id="field-archive-fault">{fault}</Alert>}
    </>
  );
};
