//! What the program can do, one use-case a function; knows no window.
