/** Whether a text says something: a letter or a digit of any script, as workspace/rules/reasons.py asks for. */
export function saysSomething(text: string): boolean {
  return /(?![\u115f\u1160\u3164\uffa0])[\p{Lu}\p{Ll}\p{Lt}\p{Lo}\p{N}]/u.test(text);
}
