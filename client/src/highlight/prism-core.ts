import './prism-setup.js';
import Prism from 'prismjs/components/prism-core.js';

Object.assign(globalThis, { Prism });

export default Prism;
