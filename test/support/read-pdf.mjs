// What a reader of PDFs finds in the one it is given: its pages as text, and its title. A process of its own, since the
// library is a module that jest cannot load.
import { buffer } from 'node:stream/consumers';
import { extractText, getDocumentProxy } from 'unpdf';

const document = await getDocumentProxy(new Uint8Array(await buffer(process.stdin)));
const { text: pages } = await extractText(document, { mergePages: false });
const { info } = await document.getMetadata();
process.stdout.write(JSON.stringify({ pages, title: info.Title }));
