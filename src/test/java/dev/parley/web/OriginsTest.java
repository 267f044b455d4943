package dev.parley.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OriginsTest {

  @ParameterizedTest
  @CsvSource({
    "https://app.example.com, https://app.example.com, api.example.com, true",
    "https://app.example.com, HTTPS://APP.example.com, api.example.com, true",
    "https://app.example.com, http://app.example.com, api.example.com, false",
    "https://app.example.com, https://app.example.com:8443, api.example.com, false",
    "https://app.example.com, https://app.example.com.evil.net, api.example.com, false",
    "https://app.example.com, https://evil.net/https://app.example.com, api.example.com, false",
    "https://app.example.com, null, api.example.com, false",
    "https://app.example.com, https://api.example.com, api.example.com, true",
    "https://app.example.com, https://api.example.com:1, api.example.com:2, false",
    "localhost, http://localhost:5173, api.example.com, true",
    "localhost, https://127.0.0.1, api.example.com, true",
    "localhost, http://[::1]:80, api.example.com, true",
    "localhost, http://localhost.evil.net, api.example.com, false",
    "localhost, http://localhost:123456, api.example.com, false",
    "localhost, file://localhost, api.example.com, false",
    "*, https://anywhere.example, api.example.com, true",
    "*, null, api.example.com, true",
  })
  void anOriginIsAllowedWhenItIsListedOrTheHostItself(
      String allowed, String origin, String host, boolean allows) {
    assertEquals(allows, new Origins(List.of(allowed)).allows(origin, host));
  }

  @Test
  void requestsOfNoPageAreServed() {
    assertTrue(new Origins(List.of()).allows(null, "api.example.com"));
  }

  @Test
  void withoutAHostNothingIsTheHostItself() {
    assertEquals(false, new Origins(List.of()).allows("https://a.example", null));
    assertEquals(false, new Origins(List.of()).allows("", ""));
  }
}
