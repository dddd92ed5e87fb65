import { BackSide, Color, ShaderMaterial, Vector2 } from 'three'

/** Draws the back faces of a mesh grown by a fixed number of pixels: a silhouette line of even width. */
export function outlineMaterial(colour: string, widthPx: number): ShaderMaterial {
  return new ShaderMaterial({
    side: BackSide,
    uniforms: {
      colour: { value: new Color(colour) },
      width: { value: widthPx },
      viewport: { value: new Vector2(1, 1) },
    },
    vertexShader: `
      uniform float width;
      uniform vec2 viewport;
      void main() {
        vec4 place = projectionMatrix * modelViewMatrix * vec4(position, 1.0);
        vec2 outward = (projectionMatrix * vec4(normalMatrix * normal, 0.0)).xy * viewport;
        float size = length(outward);
        if (size > 0.0) place.xy += outward / size * width * 2.0 / viewport * place.w;
        gl_Position = place;
      }`,
    fragmentShader: `
      uniform vec3 colour;
      void main() {
        gl_FragColor = vec4(colour, 1.0);
        #include <colorspace_fragment>
      }`,
  })
}
