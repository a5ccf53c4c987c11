// What a file is written in, by its name.
export type CodeLanguage = 'cedar' | 'yaml';

export const languageOfFile = (file: string): CodeLanguage => (/\.ya?ml$/.test(file) ? 'yaml' : 'cedar');
