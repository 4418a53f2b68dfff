import type { ComponentChildren } from 'preact';
import { Alert } from '../ui/alert.tsx';
import type { FormFault, TaskForm } from './task-request.ts';

/** The form's fields that hold text. */
export type TextName = {
  [Name in keyof TaskForm]: TaskForm[Name] extends string ? Name : never;
}[keyof TaskForm];

export interface FormState {
  readonly form: TaskForm;
  /** What is wrong, and where; null: nothing that is known. */
  readonly fault: FormFault | null;
  readonly set: (fields: Partial<TaskForm>) => void;
}

interface FieldProps {
  readonly state: FormState;
  readonly name: TextName;
  readonly label: string;
  readonly hint?: string;
  readonly placeholder?: string;
  /** More than one: a field of many lines. */
  readonly rows?: number;
  readonly type?: 'text' | 'password' | 'number';
}

export const Field = ({ state, name, label, hint, rows = 1, type = 'text', placeholder }: FieldProps) => {
  const id = `field-${name}`;
  const fault = state.fault?.field === name ? state.fault.message : null;
  const described = [hint !== undefined && `${id}-hint`, fault !== null && `${id}-fault`]
    .filter(Boolean)
    .join(' ');
  const shared = {
    id,
    value: state.form[name],
    spellcheck: name === 'description',
    'aria-invalid': fault !== null,
    onInput: (event: { currentTarget: { value: string } }) =>
      state.set({ [name]: event.currentTarget.value }),
    ...(described !== '' && { 'aria-describedby': described }),
    ...(placeholder !== undefined && { placeholder }),
  };
  return (
    <div class={`field field-${name}`}>
      <label for={id}>{label}</label>
      {rows > 1 && <textarea rows={rows} {...shared} />}
      {rows === 1 && type === 'password' && <input type="password" autocomplete="off" {...shared} />}
      {rows === 1 && type !== 'password' && (
        <input
          type="text"
          autocomplete="off"
          {...(type === 'number' && { inputMode: 'decimal' as const })}
          {...shared}
        />
      )}
      {fault !== null && <Alert id={`${id}-fault`}>{fault}</Alert>}
      {hint !== undefined && (
        <p id={`${id}-hint`} class="hint">
          {hint}
        </p>
      )}
    </div>
  );
};

interface ChoiceProps<T extends string> {
  readonly legend: string;
  readonly name: string;
  readonly value: T;
  readonly options: readonly (readonly [T, string])[];
  readonly onChange: (value: T) => void;
}

export const Choice = <T extends string>({ legend, name, value, options, onChange }: ChoiceProps<T>) => (
  <fieldset class="choice">
    <legend>{legend}</legend>
    <div class="switch">
      {options.map(([option, label]) => (
        <label key={option} class={option === value ? 'is-chosen' : ''}>
          <input
            type="radio"
            name={name}
            value={option}
            checked={option === value}
            onChange={() => onChange(option)}
          />
          {label}
        </label>
      ))}
    </div>
  </fieldset>
);

export const Group = ({
  title,
  children,
}: {
  readonly title: string;
  readonly children: ComponentChildren;
}) => (
  <section class="card fields">
    <h2>{title}</h2>
    {children}
  </section>
);
