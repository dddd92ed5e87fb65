// Stop box for Forager: reference firmware for an Arduino with USB serial (Uno, Nano, Leonardo, Micro).
//
// Wiring. Every contact lies between its pin and ground; the internal pull-up reads an open contact, and a cut wire, as
// high.
//   pin 2  mushroom button, first normally-closed contact   (low = closed)
//   pin 3  mushroom button, second normally-closed contact  (low = closed)
//   pin 4  enabling grip, contact that closes in the middle position only; leave open when there is no grip
//   pin 5  reset button, normally open                       (low = pressed)
//   pin 6  LED "armed": lights only while the computer really listens
//   pin 7  optional relay in series with the guard circuit of the activation device; drops when the computer is silent
//
// Frame, both directions, 8 bytes at 115200 baud, 50 times a second from the box, 10 times a second from the computer:
//   0xA5 | version 1 | sequence | inputs | uptime low | uptime high (10 ms units) | flags | CRC-8 (polynomial 0x07)
// This box is no safety device: it adds to the hardware stop and does not replace it.

const byte PIN_A = 2, PIN_B = 3, PIN_GRIP = 4, PIN_RESET = 5, PIN_ARMED = 6, PIN_RELAY = 7;
const byte START = 0xA5, VERSION = 1, LENGTH = 8;
const byte HOST_LISTENING = 1, HOST_ARMED = 2;
const unsigned long PERIOD_MS = 20, HOST_SILENT_MS = 300, DEBOUNCE_MS = 30;

byte sequence = 0;
byte received[LENGTH];
byte receivedCount = 0;
byte hostInputs = 0;
bool hostHeard = false;
unsigned long hostAt = 0;
unsigned long sentAt = 0;
bool resetPressed = false;
unsigned long resetChangedAt = 0;

byte crc8(const byte *bytes, byte count) {
  byte crc = 0;
  for (byte i = 0; i < count; i++) {
    crc ^= bytes[i];
    for (byte bit = 0; bit < 8; bit++) crc = (crc & 0x80) ? (crc << 1) ^ 0x07 : crc << 1;
  }
  return crc;
}

bool closed(byte pin) { return digitalRead(pin) == LOW; }

// Only the reset button is debounced: a stop must not wait for its contact to settle.
bool debouncedReset(unsigned long now) {
  if (closed(PIN_RESET) == resetPressed) resetChangedAt = now;
  if (now - resetChangedAt >= DEBOUNCE_MS) {
    resetPressed = !resetPressed;
    resetChangedAt = now;
  }
  return resetPressed;
}

void sendFrame(unsigned long now) {
  byte frame[LENGTH];
  unsigned int uptime = now / 10;
  frame[0] = START;
  frame[1] = VERSION;
  frame[2] = sequence++;
  frame[3] = (closed(PIN_A) ? 1 : 0) | (closed(PIN_B) ? 2 : 0) | (closed(PIN_GRIP) ? 4 : 0) | (resetPressed ? 8 : 0);
  frame[4] = uptime & 0xFF;
  frame[5] = (uptime >> 8) & 0xFF;
  frame[6] = 0;
  frame[7] = crc8(frame, LENGTH - 1);
  Serial.write(frame, LENGTH);
}

// Keeps the newest bytes and looks for a frame that begins at the first of them.
void readHost(unsigned long now) {
  while (Serial.available() > 0) {
    received[receivedCount++] = Serial.read();
    while (receivedCount > 0 && (received[0] != START || (receivedCount > 1 && received[1] != VERSION) ||
                                 (receivedCount == LENGTH && crc8(received, LENGTH - 1) != received[LENGTH - 1]))) {
      receivedCount--;
      for (byte i = 0; i < receivedCount; i++) received[i] = received[i + 1];
    }
    if (receivedCount < LENGTH) continue;
    hostInputs = received[3];
    hostHeard = true;
    hostAt = now;
    receivedCount = 0;
  }
}

void setup() {
  pinMode(PIN_A, INPUT_PULLUP);
  pinMode(PIN_B, INPUT_PULLUP);
  pinMode(PIN_GRIP, INPUT_PULLUP);
  pinMode(PIN_RESET, INPUT_PULLUP);
  pinMode(PIN_ARMED, OUTPUT);
  pinMode(PIN_RELAY, OUTPUT);
  Serial.begin(115200);
}

void loop() {
  const unsigned long now = millis();
  readHost(now);
  debouncedReset(now);
  const bool host = hostHeard && now - hostAt <= HOST_SILENT_MS && (hostInputs & HOST_LISTENING);
  digitalWrite(PIN_RELAY, host && closed(PIN_A) && closed(PIN_B) ? HIGH : LOW);
  digitalWrite(PIN_ARMED, host && (hostInputs & HOST_ARMED) ? HIGH : LOW);
  if (now - sentAt >= PERIOD_MS) {
    sentAt = now;
    sendFrame(now);
  }
}
