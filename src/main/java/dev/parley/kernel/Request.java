package dev.parley.kernel;

/// A message that asks for an answer of type `R`; `Bus.ask` returns it.
///
/// @param <R> the record that answers it
public interface Request<R extends Record> {}
