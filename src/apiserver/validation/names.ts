// The forms of names for the validation of built-in kinds; the rules themselves are the model's, CEL has them too.
export * from '../../model/names.ts';
