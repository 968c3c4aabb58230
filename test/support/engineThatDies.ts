/** An engine process that ends before it can answer, as one does whose native library crashes when it is loaded. */
process.exit(3);
