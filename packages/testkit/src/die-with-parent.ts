// A preload (`node --import`) that ties a program which is not ours to the life of its parent.
import { dieWithParent } from './ready.ts';

dieWithParent();
