package dev.parley.it;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/// One node for all tests that need nothing special of theirs. They share it, so they use rooms and
/// users of their own.
final class NodeExtension implements ParameterResolver {

  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(NodeExtension.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == TestNode.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .computeIfAbsent(
            "node",
            // No matchmaker: it would look after strangers of nodes it knows nothing of.
            _ ->
                TestNode.start(
                    StoresExtension.stores(context),
                    "{ \"roles\": [\"api\", \"signaling\", \"media\"] }"),
            TestNode.class);
  }
}
