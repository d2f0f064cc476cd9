declare module 'temml/dist/temml.mjs' {
  const temml: {
    /** What `renderToMathMLTree` of its public types is called in its default export. */
    __renderToMathMLTree(tex: string, options: object): import('./maths/math-node.js').TreeNode;
  };
  export default temml;
}

declare module '*.css';

declare module 'prismjs/components/prism-core.js' {
  import * as Prism from 'prismjs';
  export default Prism;
}

declare module 'prismjs/components/prism-*.js' {
  /** Adds a grammar to the global Prism. */
  const nothing: undefined;
  export default nothing;
}
