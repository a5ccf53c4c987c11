// The test issuer as a process of its own.
import { numberOption } from '../args.ts';
import { announceReady, dieWithParent } from '../ready.ts';
import { startIssuer } from './issuer.ts';

dieWithParent();
const issuer = await startIssuer({ port: numberOption('port', 'PORT', 0) });
announceReady({ url: issuer.url, jwksUri: issuer.jwksUri, tokenEndpoint: issuer.tokenEndpoint });
