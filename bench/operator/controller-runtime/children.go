package main

import (
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// child is one object a wave has; set writes into it what the wave wants, and leaves the rest as the server has it.
type child struct {
	object client.Object
	set    func()
}

const waveLabel = "bench.skypanel.io/wave"

// childrenOf returns what ../children.ts does.
func childrenOf(wave *Wave) []child {
	account := &corev1.ServiceAccount{ObjectMeta: placeOf(wave)}
	service := &corev1.Service{ObjectMeta: placeOf(wave)}
	deployment := &appsv1.Deployment{ObjectMeta: placeOf(wave)}
	ingress := &networkingv1.Ingress{ObjectMeta: placeOf(wave)}
	return []child{
		{account, func() { account.AutomountServiceAccountToken = ptr.To(false) }},
		{service, func() { setService(wave, service) }},
		{deployment, func() { setDeployment(wave, deployment) }},
		{ingress, func() { setIngress(wave, ingress) }},
	}
}

func placeOf(wave *Wave) metav1.ObjectMeta {
	return metav1.ObjectMeta{Namespace: wave.Namespace, Name: wave.Name}
}

func labelsOf(wave *Wave) map[string]string { return map[string]string{waveLabel: wave.Name} }

func setService(wave *Wave, service *corev1.Service) {
	service.Spec.Type = corev1.ServiceTypeClusterIP
	service.Spec.Selector = labelsOf(wave)
	service.Spec.Ports = []corev1.ServicePort{
		{Name: "http", Port: 80, Protocol: corev1.ProtocolTCP, TargetPort: intstr.FromInt32(wave.Spec.Port)},
	}
}

func setDeployment(wave *Wave, deployment *appsv1.Deployment) {
	spec := &deployment.Spec
	spec.Replicas = ptr.To(int32(0))
	spec.RevisionHistoryLimit = ptr.To(int32(2))
	spec.Selector = &metav1.LabelSelector{MatchLabels: labelsOf(wave)}
	spec.Template.Labels = labelsOf(wave)
	pod := &spec.Template.Spec
	pod.ServiceAccountName = wave.Name
	if len(pod.Containers) != 1 { // a new one: into an old one only our fields go, or its defaults would differ for ever
		pod.Containers = []corev1.Container{{}}
	}
	container := &pod.Containers[0]
	container.Name = "web"
	container.Image = wave.Spec.Image
	container.Ports = []corev1.ContainerPort{{Name: "http", ContainerPort: wave.Spec.Port, Protocol: corev1.ProtocolTCP}}
}

func setIngress(wave *Wave, ingress *networkingv1.Ingress) {
	backend := networkingv1.IngressServiceBackend{Name: wave.Name, Port: networkingv1.ServiceBackendPort{Number: 80}}
	path := networkingv1.HTTPIngressPath{
		Path:     "/",
		PathType: ptr.To(networkingv1.PathTypePrefix),
		Backend:  networkingv1.IngressBackend{Service: &backend},
	}
	ingress.Spec.IngressClassName = ptr.To("bench")
	ingress.Spec.Rules = []networkingv1.IngressRule{{
		Host: wave.Spec.Host,
		IngressRuleValue: networkingv1.IngressRuleValue{
			HTTP: &networkingv1.HTTPIngressRuleValue{Paths: []networkingv1.HTTPIngressPath{path}},
		},
	}}
}
