import { useState } from 'preact/hooks';
import { bytes } from '../text/amounts.ts';
import { visible } from '../text/visible.ts';

interface ZipDropProps {
  readonly archive: File | null;
  readonly isWrong: boolean;
  readonly onChoose: (archive: File | null) => void;
}

/** A place to drop a ZIP, which is also an ordinary file field for keyboards. */
export const ZipDrop = ({ archive, isWrong, onChoose }: ZipDropProps) => {
  const [isOver, setOver] = useState(false);
  const onDrop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    onChoose(event.dataTransfer?.files[0] ?? null);
  };
  return (
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
        aria-invalid={isWrong}
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
  );
};
